using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>How a call to the workload API is retried: three times more, around a timeout for each attempt, inside one for the call.</summary>
internal static class WorkloadPipeline
{
    public const string Name = "workload";

    public static ResiliencePipeline Build(WorkloadOptions options, TimeProvider time) => new ResiliencePipelineBuilder { Name = Name, TimeProvider = time }
        .AddTimeout(new TimeoutStrategyOptions { Name = "call", Timeout = options.CallTimeout })
        .AddRetry(new RetryStrategyOptions
        {
            Name = "again",
            MaxRetryAttempts = 3,
            BackoffType = DelayBackoffType.Exponential,
            Delay = options.RetryDelay,
            ShouldHandle = new PredicateBuilder().Handle<WorkloadException>(error => error.IsTransient).Handle<TimeoutRejectedException>(),
        })
        .AddTimeout(new TimeoutStrategyOptions { Name = "attempt", Timeout = options.AttemptTimeout })
        .Build();
}
