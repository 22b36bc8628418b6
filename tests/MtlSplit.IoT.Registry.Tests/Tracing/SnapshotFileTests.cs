using CsCheck;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Registry.Tracing;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Tracing;

/// <summary>Snapshots read back, and nothing else reads as one.</summary>
public sealed class SnapshotFileTests
{
    private static readonly string[] Classes = ["small", "large", "grö\"ßer"];

    private static readonly Gen<SnapshotFrame[]> Frames =
        (from session in Gen.ULong
         from number in Gen.ULong
         from fleet in Gen.Int[0, 1]
         from vehicle in Gen.Int[0, 4]
         from at in Gen.Long
         from label in Gen.Int[0, 2]
         from heldOut in Gen.Bool
         select new SnapshotFrame(new FrameId(session, number), $"fleet-{fleet}", $"car-{vehicle}", at, Classes[label], heldOut)).Array[0, 40];

    [Fact]
    public void Snapshots_ReadBack_AndEveryFrameIsFound() => Frames.Sample(frames =>
    {
        var bytes = SnapshotFile.Write(RegistryBench.Contract, "size", Classes, frames);
        Assert.Equal(frames, SnapshotFile.Read(bytes));
        Assert.All(frames, frame => Assert.Equal(frame.Frame, SnapshotFile.Find(bytes, frame.Frame)!.Frame));
        Assert.Equal(bytes, SnapshotFile.Write(RegistryBench.Contract, "size", Classes, SnapshotFile.Read(bytes)));
        Assert.Null(SnapshotFile.Find(bytes, frames.Length == 0 ? new FrameId(1, 1) : new FrameId(~frames[0].Frame.Session, 0)));
    });

    [Fact]
    public void Snapshots_CutAnywhere_AreNone() => Gen.Select(Frames, Gen.Int[0, int.MaxValue]).Sample((frames, at) =>
    {
        var bytes = SnapshotFile.Write(RegistryBench.Contract, "size", Classes, frames);
        Assert.Throws<FormatException>(() => SnapshotFile.Read(bytes.AsSpan(0, at % bytes.Length)));
        Assert.Throws<FormatException>(() => SnapshotFile.Read([.. bytes, 0]));
    });

    [Fact]
    public void AFrame_Takes34Bytes()
    {
        SnapshotFrame[] frames = [.. Enumerable.Range(0, 1000).Select(i => new SnapshotFrame(new FrameId(1, (ulong)i), "north", "car-1", i, "small", HeldOut: false))];
        Assert.InRange(SnapshotFile.Write(RegistryBench.Contract, "size", Classes, frames).Length, 34_000, 34_300);
    }

    [Fact]
    public void Labels_ThatAreNoClass_AreRefused() => Assert.Throws<ArgumentException>(
        () => SnapshotFile.Write(RegistryBench.Contract, "size", Classes, [new SnapshotFrame(new FrameId(1, 1), "north", "car-1", 1, "huge", HeldOut: false)]));
}
