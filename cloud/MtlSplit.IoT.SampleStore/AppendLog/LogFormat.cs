using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MtlSplit.IoT.SampleStore.AppendLog;

/// <summary>
/// The bytes of a record: marker (4), length of the body (4), XXH3 of length and body (8), body. The body: kind (1), time
/// of receipt (8), length of the topic (2), topic, payload. Little-endian. The marker lets a reader find the next whole
/// record after a damaged one.
/// </summary>
internal static class LogFormat
{
    public const int HeaderLength = 16;

    /// <summary>Longer bodies are refused on writing and taken for damage on reading.</summary>
    public const int MaxBodyLength = 1 << 20;

    private const int BodyHeaderLength = 11;

    /// <summary>The first bytes of every record.</summary>
    public static ReadOnlySpan<byte> Marker => "SMP1"u8;

    /// <summary>Bytes that a record takes in the log.</summary>
    public static int SizeOf(in LogRecord record) =>
        HeaderLength + BodyHeaderLength + Encoding.UTF8.GetByteCount(record.Topic) + record.Payload.Length;

    /// <summary>Writes a record to the start of a span of at least <see cref="SizeOf"/> bytes.</summary>
    public static void Write(in LogRecord record, Span<byte> destination)
    {
        var body = destination[HeaderLength..SizeOf(record)];
        body[0] = (byte)record.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], record.ReceivedAt);
        var topicLength = Encoding.UTF8.GetBytes(record.Topic, body[BodyHeaderLength..]);
        BinaryPrimitives.WriteUInt16LittleEndian(body[9..], (ushort)topicLength);
        record.Payload.Span.CopyTo(body[(BodyHeaderLength + topicLength)..]);
        Marker.CopyTo(destination);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Checksum(destination.Slice(4, 4), body));
    }

    /// <summary>Reads the record that starts at an offset. Returns false where no whole, undamaged record starts there.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> segment, int offset, out LogRecord record, out int length)
    {
        record = default;
        length = 0;
        var bytes = segment.Span[offset..];
        if (bytes.Length < HeaderLength + BodyHeaderLength || !bytes.StartsWith(Marker))
        {
            return false;
        }

        var bodyLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (bodyLength is < BodyHeaderLength or > MaxBodyLength || bodyLength > bytes.Length - HeaderLength)
        {
            return false;
        }

        var body = bytes.Slice(HeaderLength, bodyLength);
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) != Checksum(bytes.Slice(4, 4), body))
        {
            return false;
        }

        var topicLength = BinaryPrimitives.ReadUInt16LittleEndian(body[9..]);
        if (topicLength > bodyLength - BodyHeaderLength)
        {
            return false;
        }

        length = HeaderLength + bodyLength;
        record = new LogRecord(
            (LogRecordKind)body[0],
            BinaryPrimitives.ReadInt64LittleEndian(body[1..]),
            Encoding.UTF8.GetString(body.Slice(BodyHeaderLength, topicLength)),
            segment.Slice(offset + HeaderLength + BodyHeaderLength + topicLength, bodyLength - BodyHeaderLength - topicLength));
        return true;
    }

    private static ulong Checksum(ReadOnlySpan<byte> length, ReadOnlySpan<byte> body) =>
        XxHash3.HashToUInt64(body, BinaryPrimitives.ReadInt32LittleEndian(length));
}
