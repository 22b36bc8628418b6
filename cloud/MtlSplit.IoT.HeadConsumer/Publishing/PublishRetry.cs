using MtlSplit.IoT.Messaging;
using Polly;
using Polly.Retry;

namespace MtlSplit.IoT.HeadConsumer.Publishing;

/// <summary>Publishes again, for as long as it takes, what the broker has no room for now or does not answer to. Each attempt has the connection's own time limit.</summary>
internal static class PublishRetry
{
    public static ResiliencePipeline<PublishResult> Create(string name, TimeProvider time) => new ResiliencePipelineBuilder<PublishResult> { Name = name, TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<PublishResult>
        {
            ShouldHandle = static arguments => ValueTask.FromResult(MayBeTakenLater(arguments.Outcome.Result)),
            MaxRetryAttempts = int.MaxValue,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(5),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    private static bool MayBeTakenLater(PublishResult result) => result.Outcome switch
    {
        PublishOutcome.TimedOut => true,
        PublishOutcome.Refused => result.ReasonCode is BusReasons.QuotaExceeded or BusReasons.UnspecifiedError,
        _ => false,
    };
}
