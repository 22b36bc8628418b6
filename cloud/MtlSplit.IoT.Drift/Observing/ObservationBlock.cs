using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Drift.Observing;

/// <summary>
/// What one vehicle saw in one stretch of time. Frames of a stretch resemble each other, so a stretch, not a frame, is what tests count as one observation of the world.
/// </summary>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="Number">The stretch: its beginning divided by its length.</param>
/// <param name="Observations">Never empty, by time.</param>
public sealed record ObservationBlock(string Vehicle, long Number, IReadOnlyList<Observation> Observations)
{
    /// <summary>Cuts observations into blocks, vehicle by vehicle, each in the order of time.</summary>
    /// <param name="observations">In any order.</param>
    /// <param name="length">The length of a stretch: <see cref="BlockLength"/>.</param>
    public static IReadOnlyList<ObservationBlock> Cut(IEnumerable<Observation> observations, TimeSpan length)
    {
        var microseconds = Math.Max(1, (long)length.TotalMicroseconds);
        Dictionary<(string Vehicle, long Number), List<Observation>> blocks = [];
        (string Vehicle, long Number) at = ("", 0);
        List<Observation>? block = null;
        foreach (var observation in observations)
        {
            var number = Math.DivRem(observation.CapturedAt, microseconds, out var rest) - (rest < 0 ? 1 : 0);
            // Mostly they come in order, and the block is that of the one before.
            if (block is null || at.Number != number || at.Vehicle != observation.Vehicle)
            {
                at = (observation.Vehicle, number);
                ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(blocks, at, out _);
                block = found ??= [];
            }

            block.Add(observation);
        }

        foreach (var unsorted in blocks.Values)
        {
            unsorted.Sort(static (a, b) => (a.CapturedAt, a.Frame.Number).CompareTo((b.CapturedAt, b.Frame.Number)));
        }

        var cut = blocks.Select(one => new ObservationBlock(one.Key.Vehicle, one.Key.Number, one.Value)).ToArray();
        Array.Sort(cut, static (a, b) => string.CompareOrdinal(a.Vehicle, b.Vehicle) is var order and not 0 ? order : a.Number.CompareTo(b.Number));
        return cut;
    }
}
