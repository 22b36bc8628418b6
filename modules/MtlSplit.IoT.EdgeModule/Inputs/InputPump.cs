using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule.Connecting;
using MtlSplit.IoT.EdgeModule.Telemetry;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Inputs;

/// <summary>
/// Hands the messages of the module's inputs to their handlers, one at a time and in order, and acknowledges each after its effect. MQTT 3.1.1
/// cannot say no, so what a handler does not want is tried again here. Thread-safe.
/// </summary>
internal sealed class InputPump
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ModuleLink _link;
    private readonly ModuleClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HubSubscription _messages;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Func<HubMessage, CancellationToken, Task<InputAnswer>>> _handlers = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InputPump(ModuleLink link, ModuleClientOptions options, TimeProvider time, ILogger logger, CancellationToken life)
    {
        _link = link;
        _options = options;
        _time = time;
        _logger = logger;
        _messages = new HubSubscription(link, HubTopics.Inputs(link.Module), BusQos.AtLeastOnce, ReadAsync, time, logger, life);
    }

    /// <summary>Sets a handler, and waits until the hub sends messages.</summary>
    public Task SetAsync(string input, Func<HubMessage, CancellationToken, Task<InputAnswer>>? handler, CancellationToken ct)
    {
        lock (_gate)
        {
            if (handler is null)
            {
                _handlers.Remove(input);
            }
            else
            {
                _handlers[input] = handler;
            }

            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return handler is null ? Task.CompletedTask : _messages.EnsureAsync(ct);
    }

    /// <summary>Ends with the connection.</summary>
    public Task EndAsync() => _messages.EndAsync();

    private async Task ReadAsync(ChannelReader<BusDelivery> deliveries, CancellationToken ct)
    {
        await foreach (var delivery in deliveries.ReadAllAsync(ct))
        {
            var outcome = await TakeAsync(delivery, ct);
            ModuleMetrics.Inputs.Add(1, new KeyValuePair<string, object?>(ModuleMetrics.OutcomeTag, outcome));
            delivery.Acknowledge();
        }
    }

    /// <summary>Does with a message what there is to do. Returns what became of it.</summary>
    private async Task<string> TakeAsync(BusDelivery delivery, CancellationToken ct)
    {
        if (!HubTopic.TryParse(delivery.Topic, out var topic) || topic is not { Kind: HubTopicKind.Input, Name: { } input })
        {
            Log.NotUnderstood(_logger, delivery.Topic, "it is no message for an input");
            return "unreadable";
        }

        HubMessage message;
        try
        {
            message = HubMessage.From(delivery.Payload, topic.Properties);
        }
        catch (HubFormatException error)
        {
            Log.NotUnderstood(_logger, delivery.Topic, error.Message);
            return "unreadable";
        }

        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            if (await HandlerAsync(input, ct) is not { } handler)
            {
                Log.InputUnhandled(_logger, input);
                return "unhandled";
            }

            switch (await CallAsync(input, handler, message, ct))
            {
                case InputAnswer.Completed:
                    return "completed";
                case InputAnswer.Rejected:
                    Log.InputRejected(_logger, input, message.System.MessageId);
                    return "rejected";
            }

            if (attempt >= _options.InputAttempts)
            {
                Log.InputGivenUp(_logger, input, message.System.MessageId, attempt);
                return "given up";
            }

            await Task.Delay(pause, _time, ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<InputAnswer> CallAsync(string input, Func<HubMessage, CancellationToken, Task<InputAnswer>> handler, HubMessage message, CancellationToken ct)
    {
        try
        {
            return await handler(message, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Not acknowledged: the hub sends it again to the next process.
            throw;
        }
        catch (Exception error)
        {
            Log.InputHandlerFailed(_logger, input, error);
            return InputAnswer.Abandoned;
        }
    }

    /// <summary>An input's handler, waited for a while where there is none yet; null: there is none.</summary>
    private async Task<Func<HubMessage, CancellationToken, Task<InputAnswer>>?> HandlerAsync(string input, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(_options.HandlerPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (_handlers.TryGetValue(input, out var handler))
                {
                    return handler;
                }

                change = _changed.Task;
            }

            try
            {
                await change.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
