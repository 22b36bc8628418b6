using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Messaging.Connecting;
using Polly.CircuitBreaker;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Connecting;

/// <summary>How often a broker that is away is bothered.</summary>
public sealed class ConnectPipelineTests
{
    private static readonly BusOptions Patient = new() { ClientId = "car-1", BreakerFailures = int.MaxValue };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Pauses_GrowToTheLongest_ForEver()
    {
        var pauses = (await FailAsync(Patient, attempts: 200)).Pauses;

        // Jitter moves each pause, so only their course is certain.
        Assert.InRange(pauses[0], TimeSpan.Zero, 4 * Patient.RetryDelay);
        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.Zero, Patient.MaxRetryDelay));
        Assert.True(pauses.Take(3).Max() < pauses.Skip(10).Min(), string.Join(' ', pauses.Take(20)));
    }

    [Fact]
    public async Task Pauses_OfTwoClients_Differ_AndOfOneAreTheSameAgain()
    {
        var one = (await FailAsync(Patient, attempts: 8)).Pauses;

        Assert.Equal(one, (await FailAsync(Patient, attempts: 8)).Pauses);
        Assert.NotEqual(one, (await FailAsync(Patient with { ClientId = "car-2" }, attempts: 8)).Pauses);
    }

    [Fact]
    public async Task Breaker_AfterItsFailures_LeavesTheBrokerInPeaceForItsPause_ThenTriesOnce()
    {
        var options = new BusOptions { ClientId = "car-1", BreakerFailures = 4, BreakerPause = TimeSpan.FromMinutes(1) };

        var (_, faults, dialled) = await FailAsync(options, attempts: 400);

        Assert.All(faults.Take(4), fault => Assert.IsType<IOException>(fault));
        Assert.IsType<BrokenCircuitException>(faults[4], exactMatch: false);
        Assert.True(dialled.Count > 6, $"dialled {dialled.Count} times");
        Assert.All(dialled.Skip(3).Zip(dialled.Skip(4)), pair => Assert.InRange(pair.Second - pair.First, options.BreakerPause, options.BreakerPause + options.MaxRetryDelay));
    }

    [Fact]
    public async Task Attempt_ThatHangs_IsGivenUpAfterItsTime()
    {
        var faults = new List<Exception?>();
        using var stop = new CancellationTokenSource();
        var pipeline = ConnectPipeline.Build(Patient, _time, (_, _, fault) =>
        {
            faults.Add(fault);
            stop.Cancel();
        });
        var connecting = pipeline.ExecuteAsync(async ct => await Task.Delay(Timeout.InfiniteTimeSpan, _time, ct), stop.Token).AsTask();

        _time.Advance(Patient.ConnectTimeout - TimeSpan.FromTicks(1));
        Assert.Empty(faults);
        _time.Advance(TimeSpan.FromTicks(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.IsType<Polly.Timeout.TimeoutRejectedException>(Assert.Single(faults));
    }

    /// <summary>Lets every attempt fail, waits each pause out, and tells the pauses, the reasons, and when the broker was really dialled.</summary>
    private async Task<(List<TimeSpan> Pauses, List<Exception?> Faults, List<DateTimeOffset> Dialled)> FailAsync(BusOptions options, int attempts)
    {
        var (pauses, faults, dialled) = (new List<TimeSpan>(), new List<Exception?>(), new List<DateTimeOffset>());
        using var stop = new CancellationTokenSource();
        var pipeline = ConnectPipeline.Build(options, _time, (_, pause, fault) =>
        {
            pauses.Add(pause);
            faults.Add(fault);
        });
        var connecting = pipeline.ExecuteAsync(
            _ =>
            {
                dialled.Add(_time.GetUtcNow());
                return ValueTask.FromException(new IOException("nobody listens"));
            },
            stop.Token).AsTask();
        while (pauses.Count < attempts)
        {
            // What the clock sets off runs on this thread, up to the next pause.
            _time.Advance(pauses[^1]);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        return (pauses, faults, dialled);
    }
}
