using Polly;
using Polly.Retry;

namespace MtlSplit.IoT.Backbone.Updating.Downloading;

/// <summary>How a download that broke off is taken up again: a bounded number of times, with exponential pauses and jitter.</summary>
internal static class DownloadPipeline
{
    public const string Name = "bundle-download";

    /// <summary>Builds it.</summary>
    /// <param name="options">Pauses and attempts.</param>
    /// <param name="time">The clock it waits by.</param>
    /// <param name="jitter">Spreads a fleet that was told to update at one time.</param>
    /// <param name="onRetry">Told of every failed attempt: why, and the pause before the next.</param>
    public static ResiliencePipeline Build(DownloadOptions options, TimeProvider time, Random jitter, Action<Exception?, TimeSpan> onRetry) =>
        new ResiliencePipelineBuilder { Name = Name, TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                Name = "again",
                ShouldHandle = new PredicateBuilder().Handle<DownloadBrokeException>(),
                MaxRetryAttempts = Math.Max(1, options.FruitlessAttempts - 1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                Randomizer = jitter.NextDouble,
                DelayGenerator = attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is DownloadBrokeException { Pause: { } pause } ? (pause < options.MaxRetryDelay ? pause : options.MaxRetryDelay) : (TimeSpan?)null),
                OnRetry = attempt =>
                {
                    onRetry(attempt.Outcome.Exception, attempt.RetryDelay);
                    return default;
                },
            })
            .Build();
}
