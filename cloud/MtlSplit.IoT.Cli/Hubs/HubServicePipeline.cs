using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MtlSplit.IoT.Cli.Hubs;

/// <summary>
/// How a call of a hub's service is repeated: a few times while the hub fails or is away, since somebody sits before the command; more often while it throttles, since
/// that passes by itself and a hub may do a thing once in three seconds only. Around a timeout for each attempt.
/// </summary>
internal static class HubServicePipeline
{
    public const string Name = "hub-service";

    private const int Failures = 3;
    private const int Throttles = 8;

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // What somebody who waits for a command can be asked to wait.
    private static readonly TimeSpan LongestWish = TimeSpan.FromSeconds(30);

    /// <summary>Builds it.</summary>
    /// <param name="time">The clock it waits by.</param>
    /// <param name="jitter">Spreads commands that run at one time.</param>
    public static ResiliencePipeline Build(TimeProvider time, Random jitter) => new ResiliencePipelineBuilder { Name = Name, TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            Name = "again",
            MaxRetryAttempts = Throttles,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            Randomizer = jitter.NextDouble,
            ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception switch
            {
                HubServiceException { Status: 429 } => true,
                HubServiceException { Status: null or >= 500 } or TimeoutRejectedException => attempt.AttemptNumber < Failures,
                _ => false,
            }),
            DelayGenerator = static attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is HubServiceException { RetryAfter: { } wish } && wish >= TimeSpan.Zero ? (wish < LongestWish ? wish : LongestWish) : (TimeSpan?)null),
        })
        .AddTimeout(Attempt)
        .Build();
}
