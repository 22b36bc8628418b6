using MtlSplit.IoT.Registry.Tracing;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A frame of a snapshot.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="At">When it was captured.</param>
/// <param name="Label">Its label.</param>
/// <param name="Part">Whether it was learned from or compared on.</param>
internal sealed record FrameRow(string Frame, string Fleet, string Vehicle, string At, string Label, string Part)
{
    public static FrameRow Of(SnapshotFrame frame) => new($"{frame.Frame}", frame.Fleet, frame.Vehicle, Moment.Of(frame.CapturedAt), frame.Class, PartOf(frame));

    /// <summary>Whether a frame was learned from or compared on, in one word.</summary>
    public static string PartOf(SnapshotFrame frame) => frame.HeldOut ? "held-out" : "training";
}
