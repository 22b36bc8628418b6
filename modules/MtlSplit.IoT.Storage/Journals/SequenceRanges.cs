using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Storage.Journals;

/// <summary>A set of numbers as few ranges: everything below a number, and stretches above it. Not thread-safe.</summary>
internal sealed class SequenceRanges
{
    private readonly List<(ulong First, ulong Last)> _ranges = [];

    /// <summary>Everything below this is in the set.</summary>
    public ulong Below { get; private set; } = 1;

    /// <summary>The stretches above <see cref="Below"/>, in order, apart from each other.</summary>
    public ReadOnlySpan<(ulong First, ulong Last)> Above => CollectionsMarshal.AsSpan(_ranges);

    /// <summary>The highest number in the set; 0 for none.</summary>
    public ulong Highest => _ranges.Count > 0 ? _ranges[^1].Last : Below - 1;

    public bool Contains(ulong number)
    {
        if (number < Below)
        {
            return true;
        }

        var at = FirstEndingAt(number);
        return at < _ranges.Count && _ranges[at].First <= number;
    }

    /// <summary>Adds a number. Returns whether it is new.</summary>
    public bool Add(ulong number) => Add(number, number) > 0;

    /// <summary>Adds everything from one number to another. Returns how many are new.</summary>
    public ulong Add(ulong first, ulong last)
    {
        first = Math.Max(first, Below);
        if (first > last)
        {
            return 0;
        }

        // The ranges that the new one touches or overlaps become one with it.
        var from = FirstEndingAt(first - 1);
        var to = from;
        var (start, end, known) = (first, last, 0UL);
        while (to < _ranges.Count && _ranges[to].First <= last + 1)
        {
            var (a, b) = _ranges[to++];
            (start, end) = (Math.Min(start, a), Math.Max(end, b));
            var (overlapFirst, overlapLast) = (Math.Max(a, first), Math.Min(b, last));
            known += overlapFirst <= overlapLast ? overlapLast - overlapFirst + 1 : 0;
        }

        _ranges.RemoveRange(from, to - from);
        if (start <= Below)
        {
            Below = end + 1;
        }
        else
        {
            _ranges.Insert(from, (start, end));
        }

        return last - first + 1 - known;
    }

    /// <summary>Whether any number of a stretch is not in the set.</summary>
    public bool AnyMissing(ulong first, ulong last)
    {
        first = Math.Max(first, Below);
        if (first > last)
        {
            return false;
        }

        var at = FirstEndingAt(first);
        return at >= _ranges.Count || _ranges[at].First > first || _ranges[at].Last < last;
    }

    // The index of the first range whose end is not before the number.
    private int FirstEndingAt(ulong number)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ranges[middle].Last < number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
