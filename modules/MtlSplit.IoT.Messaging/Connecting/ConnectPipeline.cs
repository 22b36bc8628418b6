using System.IO.Hashing;
using System.Text;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>
/// How connecting is retried: for ever, with exponential pauses and jitter, around a breaker that keeps a struggling broker in peace, around
/// a timeout for each attempt.
/// </summary>
internal static class ConnectPipeline
{
    public const string Name = "mqtt-connect";

    /// <summary>Builds it.</summary>
    /// <param name="options">Pauses, breaker and timeout.</param>
    /// <param name="time">The clock it waits by.</param>
    /// <param name="onRetry">Told of every failed attempt: the attempt's number from 0, the pause before the next, and why.</param>
    public static ResiliencePipeline Build(BusOptions options, TimeProvider time, Action<int, TimeSpan, Exception?> onRetry)
    {
        // Seeded by the client's name: a fleet that lost its broker together does not come back together.
        var jitter = new Random((int)XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(options.ClientId)));
        return new ResiliencePipelineBuilder { Name = Name, TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                Name = "again",
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                Randomizer = jitter.NextDouble,
                OnRetry = attempt =>
                {
                    onRetry(attempt.AttemptNumber, attempt.RetryDelay, attempt.Outcome.Exception);
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                Name = "breaker",
                FailureRatio = 1,
                MinimumThroughput = options.BreakerFailures,
                SamplingDuration = options.BreakerWindow,
                BreakDuration = options.BreakerPause,
            })
            .AddTimeout(new TimeoutStrategyOptions { Name = "attempt", Timeout = options.ConnectTimeout })
            .Build();
    }
}
