using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Tracing;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Tracing;

/// <summary>From a frame to its heads and back.</summary>
public sealed class LineageTests : IDisposable
{
    private static readonly FrameId First = new(7, 1);
    private static readonly FrameId Second = new(7, 2);
    private static readonly FrameId Unused = new(7, 11);

    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Frame_LeadsToEveryRunThatUsedIt_AndToTheirHeads_AcceptedOrNot()
    {
        var (good, bad) = (_bench.Run("good", frames: [First, Second]), _bench.Run("bad", "Worse", frames: [Second]));
        var registry = _bench.Open();

        Assert.Equal([good.Run.Id], registry.Trace(First, TestContext.Current.CancellationToken).Select(use => use.Run.Id));
        var uses = registry.Trace(Second, TestContext.Current.CancellationToken);
        Assert.Equal(new[] { good.Head!.Version, bad.Head!.Version }.Order(), uses.Select(use => use.Head!.Version).Order());
        Assert.All(uses, use => Assert.Equal((Second, "small", false), (use.Frame.Frame, use.Frame.Class, use.Frame.HeldOut)));
        Assert.Empty(registry.Trace(Unused, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Head_LeadsToItsFrames()
    {
        var run = _bench.Run("good", frames: [First, Second]).Run;
        var frames = SnapshotFile.Read(_bench.Open().Snapshot(run));
        Assert.Equal([First, Second], frames.Select(frame => frame.Frame));
        Assert.Equal(new SnapshotFrame(First, RegistryBench.Fleet, "car-1", 5, "small", HeldOut: false), frames[0]);
    }

    [Fact]
    public void Head_LeadsBackToTheFirst_AndSaysWhenItAnswered()
    {
        var registry = _bench.Open();
        var seed = registry.Register(RegistryBench.Manifest(1), "seed"u8.ToArray());
        var second = _bench.Run("second", parent: seed.Version).Head!;
        var third = _bench.Run("third", parent: second.Version).Head!;
        registry.Promote(RegistryBench.Key, second, RegistryBench.Reason, new PromotionOptions { InUse = seed });
        _bench.Time.Advance(TimeSpan.FromHours(1));
        registry.Promote(RegistryBench.Key, third, RegistryBench.Reason);
        registry.SetShadow(RegistryBench.Key, second, RegistryBench.Reason);

        var lineage = registry.Trace(second);

        Assert.Equal([second.Version, seed.Version], lineage.Origins.Select(origin => origin.Version));
        Assert.Equal([third.Version], lineage.Children.Select(child => child.Version));
        Assert.Equal([(HeadAlias.Production, true), (HeadAlias.Shadow, false)], lineage.Times.Select(time => (time.Alias, time.Until is not null)));
        Assert.Equal(3_600_000_000, lineage.Times[0].Until - lineage.Times[0].Since);
        Assert.Equal([third.Version, second.Version, seed.Version], registry.Trace(third).Origins.Select(origin => origin.Version));
    }

    [Fact]
    public void Card_SaysWhatIsRegistered()
    {
        var registry = _bench.Open();
        var head = _bench.Run("good | bad", "Worse", frames: [First]).Head!;
        registry.Promote(RegistryBench.Key, head, new ChangeReason("ann", "a | bar\nand a line"), new PromotionOptions { DespiteGate = true });

        var card = registry.Card(head);

        Assert.StartsWith($"# {head.Version}, head of size\n", card, StringComparison.Ordinal);
        Assert.Contains("| north | production | 2024-10-04 00:00Z | now | a \\| bar and a line |", card, StringComparison.Ordinal);
        Assert.Contains("| accuracy | 0.9 |", card, StringComparison.Ordinal);
        Assert.Contains("Gate: Worse. because of good | bad", card, StringComparison.Ordinal);
        Assert.Contains("Nobody has signed it.", card, StringComparison.Ordinal);
    }
}
