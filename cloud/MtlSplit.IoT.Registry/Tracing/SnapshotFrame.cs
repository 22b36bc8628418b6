using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>One frame of a snapshot.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="CapturedAt">When it was captured, Unix microseconds.</param>
/// <param name="Class">Its label.</param>
/// <param name="HeldOut">Whether it was kept for the comparison; the others were learned from.</param>
/// <param name="Weight">How many frames it stands for in the comparison.</param>
public sealed record SnapshotFrame(FrameId Frame, string Fleet, string Vehicle, long CapturedAt, string Class, bool HeldOut, float Weight = 1);
