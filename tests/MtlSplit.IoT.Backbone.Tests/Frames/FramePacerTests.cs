using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Frames;

public sealed class FramePacerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Beat_IsFixed_AndALateFrameDoesNotDelayTheNext()
    {
        var pacer = new FramePacer(10, _time);
        Assert.True(Wait(pacer).IsCompleted, "the first is now");
        var second = Wait(pacer);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await Expect.WithinAsync(second, "the second beat");

        _time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.True(Wait(pacer).IsCompleted, "the beat at 200 ms is past");
        Assert.True(Wait(pacer).IsCompleted, "the beat at 300 ms is past");
        var fifth = Wait(pacer);
        Assert.False(fifth.IsCompleted, "the beat at 400 ms is to come");
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Expect.WithinAsync(fifth, "the fifth beat");
    }

    [Fact]
    public void Beats_MoreThanASecondBehind_AreGivenUp()
    {
        var pacer = new FramePacer(10, _time);
        Assert.True(Wait(pacer).IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.True(Wait(pacer).IsCompleted);
        Assert.False(Wait(pacer).IsCompleted, "600 missed beats do not come in a burst");
    }

    [Fact]
    public void NoRate_LetsAllPass()
    {
        var pacer = new FramePacer(0, _time);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(Wait(pacer).IsCompleted));
    }

    private static Task Wait(FramePacer pacer) => pacer.WaitAsync(TestContext.Current.CancellationToken).AsTask();
}
