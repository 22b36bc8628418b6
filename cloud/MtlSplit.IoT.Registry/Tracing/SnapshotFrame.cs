using System.Globalization;
using System.Text;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>One frame of a snapshot.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="CapturedAt">When it was captured, Unix microseconds.</param>
/// <param name="Class">Its label.</param>
/// <param name="Part">Whether it was learned from (<c>training</c>) or compared on (<c>held-out</c>).</param>
public sealed record SnapshotFrame(FrameId Frame, string Fleet, string Vehicle, long CapturedAt, string Class, string Part)
{
    /// <summary>Reads the lines of a snapshot, which are in order of capture; those that begin with <c>#</c> are notes.</summary>
    /// <param name="listing">The snapshot.</param>
    /// <exception cref="FormatException">A line is none of a snapshot; the message says which.</exception>
    public static IEnumerable<SnapshotFrame> Read(ReadOnlyMemory<byte> listing)
    {
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(listing.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            if (!line.StartsWith('#'))
            {
                yield return ReadLine(line) ?? throw new FormatException($"Line {number} of the snapshot is no frame: {line}");
            }
        }
    }

    /// <summary>Finds one frame without reading the others.</summary>
    /// <param name="listing">The snapshot.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>The frame; null where the snapshot does not hold it.</returns>
    public static SnapshotFrame? Find(ReadOnlySpan<byte> listing, FrameId frame)
    {
        var at = listing.IndexOf(Encoding.ASCII.GetBytes($"\n{frame}\t"));
        if (at < 0)
        {
            return null;
        }

        var line = listing[(at + 1)..];
        var end = line.IndexOf((byte)'\n');
        return ReadLine(Encoding.UTF8.GetString(end < 0 ? line : line[..end]));
    }

    private static SnapshotFrame? ReadLine(string line) =>
        line.Split('\t') is [var id, var fleet, var vehicle, var at, var label, var part]
        && FrameId.TryParse(id, out var frame) && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var capturedAt)
            ? new SnapshotFrame(frame, fleet, vehicle, capturedAt, label, part)
            : null;
}
