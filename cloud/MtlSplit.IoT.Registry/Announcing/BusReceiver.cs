using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Messaging;
using Polly;
using Polly.Retry;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>Publishes events on the fleet's bus. Connects at the first one; nobody has to listen.</summary>
internal sealed class BusReceiver(BusSettings settings, TimeProvider time) : IEventReceiver
{
    private readonly ResiliencePipeline<PublishResult> _pipeline = new ResiliencePipelineBuilder<PublishResult> { Name = "registry-events", TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<PublishResult>
        {
            Name = "again",
            ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is null && attempt.Outcome.Result.Outcome is PublishOutcome.TimedOut or PublishOutcome.Closed),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(500),
            BackoffType = DelayBackoffType.Exponential,
        })
        .Build();

    private BusConnection? _bus;

    public string Name => EventQueue.Bus;

    public async Task<(SendOutcome Outcome, string? Why)> SendAsync(RegistryEvent change, CancellationToken ct)
    {
        if (change.Change.Fleet is not { } fleet)
        {
            // It is of no fleet in particular, and topics are a fleet's.
            return (SendOutcome.Sent, null);
        }

        try
        {
            _bus ??= await BriefConnection.OpenAsync(settings, "registry-events", ct);
            var message = new BusMessage(DataTopics.Event(fleet, change.Change.Kind.Word()), change.Body) { ContentType = RegistryEvent.MediaType };
            var bus = _bus;
            var result = await _pipeline.ExecuteAsync(async token => await await bus.PublishAsync(message, token), ct);
            return result.Outcome switch
            {
                PublishOutcome.Delivered or PublishOutcome.NoSubscriber => (SendOutcome.Sent, null),
                PublishOutcome.Refused => (SendOutcome.Refused, $"the broker: {result}"),
                _ => (SendOutcome.Away, $"the broker: {result}"),
            };
        }
        catch (Exception e) when (e is IOException or BusConnectException)
        {
            return (SendOutcome.Away, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is { } bus)
        {
            await bus.CloseAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
            await bus.DisposeAsync();
        }
    }
}
