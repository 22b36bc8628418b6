using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Methods;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Throttling;

public sealed class HubThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    public static TheoryData<string> Operations => [.. Enum.GetNames<ThrottledOperation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void EveryOperation_HasABurstOfAMinute_AndThenItsRate(string name)
    {
        var operation = Enum.Parse<ThrottledOperation>(name);
        var throttle = Make(HubTier.S1);
        var rate = ThrottleRates.PerSecond(operation, HubTier.S1, 1);

        Assert.Equal((int)Math.Round(rate * 60), Most(throttle, operation));
        var refused = Assert.Throws<HubException>(() => throttle.Take(operation));
        Assert.Equal((HubErrors.ThrottlingException, null), (refused.Code, refused.RetryAfter));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((int)Math.Round(rate * 30), Most(throttle, operation));
        Assert.All(Enum.GetValues<ThrottledOperation>().Where(other => other != operation), other => throttle.Take(other));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void WithoutATier_NothingIsLimited(string name) => Assert.Equal(100_000, Most(Make(HubTier.None), Enum.Parse<ThrottledOperation>(name)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4094, 1)]
    [InlineData(4095, 2)]
    [InlineData(131_070, 32)]
    public void AMethod_CountsByItsPayload(int characters, int cost) => Assert.Equal(cost, HubThrottle.CostOf(new MethodRequest("go", JsonValue.Create(new string('a', characters)))));

    [Fact]
    public void TheLargestMethod_FitsIntoTheShortestBurst()
    {
        var throttle = Make(HubTier.S1, TimeSpan.FromSeconds(0.1));
        throttle.Take(ThrottledOperation.Methods, 32);

        Assert.Throws<HubException>(() => throttle.Take(ThrottledOperation.Methods, 32));
        _time.Advance(TimeSpan.FromSeconds(0.8));
        throttle.Take(ThrottledOperation.Methods, 32);
    }

    [Fact]
    public async Task WhatMayWait_IsDoneAtTheRate()
    {
        var throttle = Make(HubTier.S1, TimeSpan.FromSeconds(1));
        Assert.Equal(100, Most(throttle, ThrottledOperation.Sends));

        var waiting = throttle.WaitAsync(ThrottledOperation.Sends, TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(10.1));

        await waiting;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => throttle.WaitAsync(ThrottledOperation.Sends, new CancellationToken(canceled: true)).AsTask());
    }

    private static int Most(HubThrottle throttle, ThrottledOperation operation)
    {
        var done = 0;
        while (done < 100_000 && throttle.TryTake(operation, out _))
        {
            done++;
        }

        return done;
    }

    private HubThrottle Make(HubTier tier, TimeSpan? burst = null) =>
        new(new ThrottlingOptions { Tier = tier, Burst = burst ?? TimeSpan.FromMinutes(1) }, _time, NullLogger<HubThrottle>.Instance);
}
