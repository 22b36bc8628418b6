using System.Globalization;

namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>Names an entry for ever: its segment, and where it begins there.</summary>
/// <param name="Segment">The segment's number.</param>
/// <param name="Offset">Bytes from the segment's start.</param>
public readonly record struct QuarantineId(ulong Segment, long Offset) : IComparable<QuarantineId>
{
    /// <summary>Oldest first.</summary>
    public static bool operator <(QuarantineId left, QuarantineId right) => left.CompareTo(right) < 0;

    /// <summary>Oldest first.</summary>
    public static bool operator >(QuarantineId left, QuarantineId right) => left.CompareTo(right) > 0;

    /// <summary>Oldest first.</summary>
    public static bool operator <=(QuarantineId left, QuarantineId right) => left.CompareTo(right) <= 0;

    /// <summary>Oldest first.</summary>
    public static bool operator >=(QuarantineId left, QuarantineId right) => left.CompareTo(right) >= 0;

    /// <summary>Parses what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">Sixteen hexadecimal digits, a dot, an offset.</param>
    /// <param name="id">The parsed one.</param>
    public static bool TryParse(string? text, out QuarantineId id)
    {
        id = default;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot != 16
            || !ulong.TryParse(text.AsSpan(0, dot), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var segment)
            || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }

        id = new QuarantineId(segment, offset);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(QuarantineId other) => Segment == other.Segment ? Offset.CompareTo(other.Offset) : Segment.CompareTo(other.Segment);

    /// <summary>Sixteen hexadecimal digits, a dot, an offset.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Segment:x16}.{Offset}");
}
