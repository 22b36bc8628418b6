using System.Net.Sockets;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>
/// What a call to an engine goes through. Questions are asked again, changes are not: whoever wants them plans anew. An engine that does not answer
/// is left alone for a while, so that it holds up a device once and not at every step. Thread-safe.
/// </summary>
internal sealed class EnginePipelines
{
    // Polly takes no shorter one.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);

    public EnginePipelines(EngineLimits limits, TimeProvider time)
    {
        // One for all calls: they are to the same engine.
        var breaker = new ResiliencePipelineBuilder { TimeProvider = time, Name = "container-engine" }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 2,
                // Two calls without an answer fall into it, and not much of what was answered before them.
                SamplingDuration = limits.Question * 3 > Shortest ? limits.Question * 3 : Shortest,
                BreakDuration = limits.Break,
                ShouldHandle = static outcome => ValueTask.FromResult(IsAway(outcome.Outcome.Exception)),
            })
            .Build();
        Question = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = limits.RetryPause,
                ShouldHandle = static outcome => ValueTask.FromResult(IsAway(outcome.Outcome.Exception) || outcome.Outcome.Exception is EngineException { Status: >= 500 }),
            })
            .AddPipeline(breaker)
            .AddTimeout(limits.Question)
            .Build();
        Change = new ResiliencePipelineBuilder { TimeProvider = time }.AddPipeline(breaker).AddTimeout(limits.Change).Build();
        Fetch = new ResiliencePipelineBuilder { TimeProvider = time }.AddPipeline(breaker).AddTimeout(limits.Fetch).Build();
        // The engine ends it itself; one that does not is treated as a question without an answer.
        Watch = new ResiliencePipelineBuilder { TimeProvider = time }.AddPipeline(breaker).AddTimeout(limits.Watch + limits.Question).Build();
    }

    /// <summary>For what changes nothing.</summary>
    public ResiliencePipeline Question { get; }

    /// <summary>For what changes something.</summary>
    public ResiliencePipeline Change { get; }

    /// <summary>For fetching an image.</summary>
    public ResiliencePipeline Fetch { get; }

    /// <summary>For being told what happens for a while.</summary>
    public ResiliencePipeline Watch { get; }

    /// <summary>Whether an engine did not answer, as opposed to having answered no.</summary>
    public static bool IsAway(Exception? exception) => exception is HttpRequestException or SocketException or IOException or TimeoutRejectedException;
}
