using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Hubs;

public sealed class HubServicePipelineTests
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private int _asked;

    [Theory]
    [InlineData(429, 9)]
    [InlineData(500, 4)]
    [InlineData(503, 4)]
    [InlineData(null, 4)]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(409, 1)]
    public async Task Call_IsRepeatedAsOftenAsItsFailureIsWorth(int? status, int times)
    {
        var failed = await Assert.ThrowsAsync<HubServiceException>(() => RunAsync(() => throw new HubServiceException("no", status)));

        Assert.Equal((status, times), (failed.Status, _asked));
    }

    [Fact]
    public async Task Throttled_ForAsLongAsTheSlowestOperationTakes_GetsThroughInTheEnd()
    {
        var began = _time.GetUtcNow();

        // A configuration every three seconds, and two others who were quicker.
        await RunAsync(() => _time.GetUtcNow() - began < TimeSpan.FromSeconds(9) ? throw new HubServiceException("slower", 429) : Task.CompletedTask);

        Assert.InRange(_asked, 3, 9);
    }

    [Fact]
    public async Task AskedToWait_Waits_ButNotForEver()
    {
        var began = _time.GetUtcNow();
        await RunAsync(() => _asked == 1 ? throw new HubServiceException("slower", 429) { RetryAfter = TimeSpan.FromSeconds(7) } : Task.CompletedTask);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8));

        (began, _asked) = (_time.GetUtcNow(), 0);
        await RunAsync(() => _asked == 1 ? throw new HubServiceException("slower", 503) { RetryAfter = TimeSpan.FromHours(1) } : Task.CompletedTask);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task Silence_IsAnAttemptThatFailed()
    {
        await Assert.ThrowsAsync<Polly.Timeout.TimeoutRejectedException>(() => RunAsync(null));

        Assert.Equal(4, _asked);
    }

    /// <summary>Runs a call, which is silent where there is none, and moves the clock until it ends.</summary>
    private async Task RunAsync(Func<Task>? call)
    {
        var ct = TestContext.Current.CancellationToken;
        var running = HubServicePipeline.Build(_time, new Random(1)).ExecuteAsync(
            async attempt =>
            {
                _asked++;
                await (call is null ? Task.Delay(Timeout.InfiniteTimeSpan, _time, attempt) : call());
            },
            ct).AsTask();
        await Expect.UntilAsync(
            () =>
            {
                if (!running.IsCompleted)
                {
                    _time.Advance(TimeSpan.FromMilliseconds(100));
                }

                return running.IsCompleted;
            },
            "the call ends");
        await running;
    }
}
