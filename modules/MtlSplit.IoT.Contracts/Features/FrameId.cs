using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MtlSplit.IoT.Contracts.Features;

/// <summary>The identity of one captured frame: 128 bits, never reused, restarts included.</summary>
/// <param name="Session">Drawn at random when the capturing process starts.</param>
/// <param name="Number">Counts the frames that the process captured, dropped ones included, from 0.</param>
public readonly record struct FrameId(ulong Session, ulong Number)
{
    /// <summary>Length on the wire in bytes.</summary>
    public const int Size = 16;

    /// <summary>Reads 16 bytes, big-endian.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameId frame)
    {
        if (source.Length != Size)
        {
            frame = default;
            return false;
        }

        frame = new FrameId(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));
        return true;
    }

    /// <summary>Reads the 32 hex digits that <see cref="ToString"/> writes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FrameId frame)
    {
        frame = default;
        if (text is not { Length: 32 }
            || !ulong.TryParse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var session)
            || !ulong.TryParse(text.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        frame = new FrameId(session, number);
        return true;
    }

    /// <summary>Writes 16 bytes, big-endian.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Session);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Number);
    }

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => $"{Session:x16}{Number:x16}";
}
