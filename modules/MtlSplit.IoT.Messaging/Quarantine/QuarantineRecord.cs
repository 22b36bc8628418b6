using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>
/// An entry's bytes: length of the body (4), XxHash3 of offset, length and body (8), body. All numbers little-endian, strings UTF-8 behind
/// their length. The hash covers the length and where in its segment the entry begins, so that no stray bytes pass for an entry: not even
/// an entry inside another one's payload.
/// </summary>
internal static class QuarantineRecord
{
    public const int HeaderLength = 12;

    private const byte Version = 1;

    /// <summary>The entry as it is written, but for its hash.</summary>
    public static byte[] Encode(QuarantineEntry entry)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(0);
            writer.Write(0L);
            writer.Write(Version);
            writer.Write(entry.At);
            WriteText(writer, entry.Topic);
            WriteText(writer, entry.Reason);
            WriteText(writer, entry.Detail);
            writer.Write(entry.UserProperties.Count);
            foreach (var (name, value) in entry.UserProperties)
            {
                WriteText(writer, name);
                WriteText(writer, value);
            }

            writer.Write(entry.Payload.Length);
            writer.Write(entry.Payload.Span);
        }

        var record = memory.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeaderLength);
        return record;
    }

    /// <summary>Writes the hash into an encoded entry, now that it is known where it begins.</summary>
    public static void Seal(Span<byte> record, long offset) =>
        BinaryPrimitives.WriteUInt64LittleEndian(record[4..], HashOf(offset, record[..4], record[HeaderLength..]));

    /// <summary>The body's length that a header claims.</summary>
    public static int LengthOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header);

    /// <summary>Whether header and body belong together, and there.</summary>
    public static bool IsIntact(long offset, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadUInt64LittleEndian(header[4..]) == HashOf(offset, header[..4], body);

    /// <summary>Decodes an intact body.</summary>
    /// <exception cref="InvalidDataException">It was written by another version.</exception>
    public static QuarantineEntry Decode(byte[] body)
    {
        var at = 0;
        if (body[at++] != Version)
        {
            throw new InvalidDataException($"version {body[0]} is not known here");
        }

        var time = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
        var topic = TakeText();
        var reason = TakeText();
        var detail = TakeText();
        var properties = new KeyValuePair<string, string>[BinaryPrimitives.ReadInt32LittleEndian(Take(4))];
        for (var i = 0; i < properties.Length; i++)
        {
            properties[i] = new(TakeText(), TakeText());
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        return new QuarantineEntry(topic, body.AsMemory(at, length), properties, reason, detail, time);

        ReadOnlySpan<byte> Take(int count)
        {
            var span = body.AsSpan(at, count);
            at += count;
            return span;
        }

        string TakeText() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static ulong HashOf(long offset, ReadOnlySpan<byte> length, ReadOnlySpan<byte> body)
    {
        Span<byte> where = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(where, offset);
        var hash = new XxHash3();
        hash.Append(where);
        hash.Append(length);
        hash.Append(body);
        return hash.GetCurrentHashAsUInt64();
    }
}
