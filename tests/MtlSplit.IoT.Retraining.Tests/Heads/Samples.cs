using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Retraining.Heads;

namespace MtlSplit.IoT.Retraining.Tests.Heads;

/// <summary>Samples without features, for what only looks at classes and times.</summary>
internal static class Samples
{
    public const long Start = 1_767_323_045_000_000;

    /// <summary>One sample a second, all of class 0.</summary>
    public static SnapshotSample[] Spread(int count, string vehicle = "v1") =>
        [.. Enumerable.Range(0, count).Select(i => Of(i, vehicle, Start + (i * 1_000_000L)))];

    /// <summary>All in one second of one vehicle.</summary>
    public static SnapshotSample[] Together(int count) => [.. Enumerable.Range(0, count).Select(i => Of(i, "v1", Start))];

    private static SnapshotSample Of(int number, string vehicle, long capturedAt) =>
        new(new FrameId(1, (ulong)number), "harbour", vehicle, capturedAt, 0, [], HeldOut: true);
}
