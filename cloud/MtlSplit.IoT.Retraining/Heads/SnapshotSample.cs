using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>One labelled frame of a snapshot.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="CapturedAt">When it was captured, Unix microseconds.</param>
/// <param name="Class">The true class, in the head's order.</param>
/// <param name="Feature">The decoded feature.</param>
/// <param name="HeldOut">Whether it is kept for the comparison; such frames are never learned from.</param>
/// <param name="Weight">What it counts for in the comparison; 1 for all where all frames were kept. Training looks at no weights.</param>
internal sealed record SnapshotSample(FrameId Frame, string Fleet, string Vehicle, long CapturedAt, int Class, float[] Feature, bool HeldOut, double Weight = 1);
