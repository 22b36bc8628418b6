using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.DevHub.Throttling;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Throttling;

public sealed class TokenBucketTests
{
    [Fact]
    public void WhatIsTaken_IsNeverMoreThanTheBurstAndTheRateAllow_AndAWaitIsLongEnough() =>
        Gen.Select(Gen.Double[0.1, 5000], Gen.Double[1, 1000], Gen.Select(Gen.Int[0, 3000], Gen.Double[0.01, 1]).Array[1, 200]).Sample((rate, capacity, steps) =>
        {
            var time = new FakeTimeProvider();
            var began = time.GetUtcNow();
            var bucket = new TokenBucket(rate, capacity, time);
            var taken = 0.0;
            foreach (var (milliseconds, share) in steps)
            {
                time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                var count = share * capacity;
                var wait = bucket.Take(count);
                if (wait > TimeSpan.Zero)
                {
                    // Not a little too early either: whoever waits as told gets it.
                    time.Advance(wait + TimeSpan.FromTicks(1));
                    Assert.Equal(TimeSpan.Zero, bucket.Take(count));
                }

                taken += count;
                Assert.True(taken <= capacity + (rate * (time.GetUtcNow() - began).TotalSeconds) + 1e-3, $"{taken} were taken.");
            }
        });

    [Fact]
    public void ABucketThatWasLeftAlone_HoldsNoMoreThanItsCapacity()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(10, 5, time);
        time.Advance(TimeSpan.FromDays(1));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(TimeSpan.Zero, bucket.Take(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(100), bucket.Take(1));
        Assert.Equal(TimeSpan.FromMilliseconds(100), bucket.Take(1));
    }

    [Fact]
    public void ManyThreads_TakeNoMoreThanThereIs()
    {
        var bucket = new TokenBucket(1, 1000, new FakeTimeProvider());
        var taken = 0;

        Parallel.For(0, 5000, _ => Interlocked.Add(ref taken, bucket.Take(1) == TimeSpan.Zero ? 1 : 0));

        Assert.Equal(1000, taken);
    }
}
