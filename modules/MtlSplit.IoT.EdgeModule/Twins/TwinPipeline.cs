using MtlSplit.IoT.HubProtocol.Errors;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MtlSplit.IoT.EdgeModule.Twins;

/// <summary>How a twin request is retried: while the hub is throttling, failing, silent or away, around a timeout for each attempt, inside one for all.</summary>
internal static class TwinPipeline
{
    public const string Name = "twin";

    public static ResiliencePipeline Build(ModuleClientOptions options, TimeProvider time) => new ResiliencePipelineBuilder { Name = Name, TimeProvider = time }
        .AddTimeout(new TimeoutStrategyOptions { Name = "request", Timeout = options.TwinTimeout })
        .AddRetry(new RetryStrategyOptions
        {
            Name = "again",
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromSeconds(5),
            ShouldHandle = new PredicateBuilder()
                .Handle<HubException>(error => IsTransient(error.Code.HttpStatus))
                .Handle<TimeoutRejectedException>()
                .Handle<IOException>(),
        })
        .AddTimeout(new TimeoutStrategyOptions { Name = "attempt", Timeout = options.TwinAttemptTimeout })
        .Build();

    private static bool IsTransient(int status) => status is 429 or >= 500;
}
