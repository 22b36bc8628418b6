using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.HeadConsumer.Batching;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Tests.Intake;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Batching;

public sealed class HeldFeaturesTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly HeldFeatures _held;

    public HeldFeaturesTests() => _held = new HeldFeatures(Hold, _time);

    [Fact]
    public void Contract_IsWaitedForAsAWhole()
    {
        var first = Add(1, SampleFeature.OneContract);
        _time.Advance(TimeSpan.FromSeconds(4));
        var second = Add(2, SampleFeature.OneContract);
        var other = Add(3, SampleFeature.OtherContract);
        Assert.Empty(_held.Expire());

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([first, second], _held.Expire());
        Assert.Equal([SampleFeature.OtherContract], _held.Contracts);
        Assert.Equal(1, _held.Count);
        Assert.Equal([other], _held.Release(SampleFeature.OtherContract));
        Assert.Equal(0, _held.Count);
    }

    [Fact]
    public void Contract_WaitedForInVain_IsNotWaitedForAgainUntilThePauseIsOver()
    {
        Add(1, SampleFeature.OneContract);
        _time.Advance(Hold);
        _held.Expire();

        var late = Add(2, SampleFeature.OneContract);
        Assert.Equal([late], _held.Expire());

        _time.Advance(HeldFeatures.Pause * Hold);
        Add(3, SampleFeature.OneContract);
        Assert.Empty(_held.Expire());
    }

    [Fact]
    public void Contract_ThatWasReleased_IsWaitedForAgainInFull()
    {
        Add(1, SampleFeature.OneContract);
        _time.Advance(TimeSpan.FromSeconds(4));
        _held.Release(SampleFeature.OneContract);

        Add(2, SampleFeature.OneContract);
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Empty(_held.Expire());
    }

    private PendingFeature Add(int number, ContractId contract)
    {
        var feature = SampleFeature.Of(_time, number, contract).Pending;
        _held.Add(feature);
        return feature;
    }
}
