using MtlSplit.IoT.HeadConsumer.Intake;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Intake;

public sealed class RepeatWindowTests
{
    private readonly RepeatWindow _window = new(capacity: 3);

    [Fact]
    public void Repeat_OfAPendingFrame_IsAcknowledgedWithItsAnswer()
    {
        var (first, repeat) = (Feature(1), Feature(1));

        Assert.True(Admit(first));
        Assert.False(Admit(repeat));
        Assert.False(repeat.Acknowledged);
        _window.Answered(first.Key);

        Assert.True(first.Acknowledged);
        Assert.True(repeat.Acknowledged);
        Assert.Equal(1, _window.Repeats);
    }

    [Fact]
    public void Repeat_OfAnAnsweredFrame_IsAcknowledgedAtOnce()
    {
        Admit(Feature(1));
        _window.Answered(Feature(1).Key);
        var repeat = Feature(1);

        Assert.False(Admit(repeat));
        Assert.True(repeat.Acknowledged);
    }

    [Fact]
    public void SameNumber_OfAnotherContract_IsAnotherFrame()
    {
        Assert.True(Admit(Feature(1)));
        Assert.True(Admit(SampleFeature.Of(TimeProvider.System, 1, SampleFeature.OtherContract)));
    }

    [Fact]
    public void QuarantinedFrame_PublishedAgain_IsJudgedAfresh_ButRedeliveredIsARepeat()
    {
        var first = Feature(1);
        Admit(first);
        _window.Quarantined(first.Key);
        Assert.True(first.Acknowledged);

        var redelivered = SampleFeature.Of(TimeProvider.System, 1, duplicate: true);
        Assert.False(Admit(redelivered));
        Assert.True(redelivered.Acknowledged);

        var replayed = Feature(1);
        Assert.True(Admit(replayed));
        Assert.False(replayed.Acknowledged);
        _window.Answered(replayed.Key);
        Assert.True(replayed.Acknowledged);
    }

    [Fact]
    public void Forgotten_IsNotAcknowledgedAndItsNextDeliveryIsNew()
    {
        var first = Feature(1);
        Admit(first);
        _window.Forget(first.Key);
        _window.Answered(first.Key);

        Assert.False(first.Acknowledged);
        Assert.True(Admit(Feature(1)));
    }

    [Fact]
    public void Window_PastItsCapacity_ForgetsTheOldestAnsweredOneAndNoPendingOne()
    {
        Admit(Feature(0));
        for (var n = 1; n <= 5; n++)
        {
            Admit(Feature(n));
            _window.Answered(Feature(n).Key);
        }

        Assert.False(Admit(Feature(0)), "it is pending, however old");
        Assert.False(Admit(Feature(5)), "it is among the newest");
        Assert.True(Admit(Feature(1)), "it is out of the window");
    }

    private static SampleFeature Feature(int number) => SampleFeature.Of(TimeProvider.System, number);

    private bool Admit(SampleFeature feature) => _window.TryAdmit(feature.Key, feature.Delivery);
}
