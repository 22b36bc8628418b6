using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Contracts.Features;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Proving;

public sealed class FrameLedgerTests : IDisposable
{
    private const ulong Session = 77;

    private static readonly FeatureOrigin Old = new("old", ContractId.Of([1]), [1]);
    private static readonly FeatureOrigin New = new("new", ContractId.Of([2]), [2]);

    private readonly BackboneBench _bench = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FrameLedger _ledger;

    public FrameLedgerTests() => _ledger = new FrameLedger(new FrameSession(Session), _bench.Counters, _time);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void EveryFrameWithItsFeature_CostsTimeAndNoFrame()
    {
        Capture(Old, 10);
        _ledger.Wish("new");
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Capture(Old, 20);
        Assert.Null(_ledger.CostOf("new"));

        _time.Advance(TimeSpan.FromMilliseconds(100));
        Capture(New, 1);

        Assert.Equal(new UpdateCost("new", TimeSpan.FromMilliseconds(400), 0), _ledger.CostOf("new"));
        Assert.Null(_ledger.CostOf("old"));
    }

    [Fact]
    public void FramesWithoutAFeature_BetweenTheWishAndTheFirstNewFeature_AreLost_WhateverTheReason()
    {
        Capture(Old, 10, dropped: 3);
        _ledger.Wish("new");
        Capture(Old, 5, dropped: 2);
        Capture(Old, 1, finite: false);
        Capture(Old, 4);
        Drop(1);
        Capture(New, 8, dropped: 6);

        Assert.Equal(4, _ledger.CostOf("new")!.FramesLost);
    }

    [Fact]
    public void FramesCapturedBeforeTheWish_ButMadeAfterIt_CountForNothing()
    {
        var early = Take();
        _ledger.Wish("new");
        Enter(Old, early);
        Drop(1);
        Capture(New, 1);

        Assert.Equal(1, _ledger.CostOf("new")!.FramesLost);
    }

    [Fact]
    public void WishThatDidNotComeToBe_HasNoCost_EvenIfTheBundleComesLater()
    {
        Capture(Old, 3);
        _ledger.Wish("new");
        _ledger.Unwish("new");
        Capture(New, 3);

        Assert.Null(_ledger.CostOf("new"));
    }

    [Fact]
    public void BundleOfAFrame_IsTheOneOfItsPlace_AndUnknownForAnotherSession()
    {
        Assert.False(_ledger.AnyMade);
        Capture(Old, 5);
        Capture(New, 5);
        Capture(Old, 5);

        Assert.True(_ledger.AnyMade);
        Assert.Equal(["old", "new", "new", "old"], new ulong[] { 4, 5, 9, 10 }.Select(number => _ledger.BundleOf(new FrameId(Session, number))));
        Assert.Null(_ledger.BundleOf(new FrameId(Session + 1, 4)));
    }

    [Fact]
    public void LastBundleOfAContract_IsTheOneThatRanLastUnderIt()
    {
        Capture(Old, 5);
        Capture(Old with { Bundle = "other" }, 5);
        Capture(New, 5);

        Assert.Equal("other", _ledger.LastBundleOf(Old.Contract));
        Assert.Equal("new", _ledger.LastBundleOf(New.Contract));
        Assert.Null(_ledger.LastBundleOf(ContractId.Of([9])));
    }

    private ulong Take()
    {
        var number = (ulong)_bench.Counters.Captured;
        _bench.Counters.FrameCaptured();
        return number;
    }

    private void Drop(int frames)
    {
        for (var n = 0; n < frames; n++)
        {
            Take();
            _bench.Counters.FrameDropped();
        }
    }

    private void Capture(FeatureOrigin origin, int frames, int dropped = 0, bool finite = true)
    {
        for (var n = 0; n < frames; n++)
        {
            var number = Take();
            if (n >= frames - dropped)
            {
                _bench.Counters.FrameDropped();
            }
            else
            {
                Enter(origin, number, finite);
            }
        }
    }

    private void Enter(FeatureOrigin origin, ulong number, bool finite = true) =>
        _ledger.Enter(new ExtractedFeature(origin, new FrameId(Session, number), 1, 1, finite ? new byte[] { 1 } : ReadOnlyMemory<byte>.Empty, null));
}
