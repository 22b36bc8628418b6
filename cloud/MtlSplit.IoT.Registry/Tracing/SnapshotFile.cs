using System.Buffers.Binary;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Canonical;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>
/// A snapshot: which frames a run learned from and compared on, with which labels. A line of canonical JSON with the names, then 34 bytes a frame,
/// big-endian: the frame's id (16), its capture in Unix microseconds (8), the vehicle's number (4), the class's number (2) with the highest bit
/// set where the frame was held out, its weight (4, a single). Equal snapshots have equal bytes, so that their SHA-256 names exactly this set.
/// </summary>
public static class SnapshotFile
{
    private const int RecordSize = FrameId.Size + 8 + 4 + 2 + 4;
    private const ushort HeldOutBit = 0x8000;

    /// <summary>Writes a snapshot.</summary>
    /// <param name="contract">The contract of the features.</param>
    /// <param name="task">The task of the labels.</param>
    /// <param name="classes">The classes; labels are among them.</param>
    /// <param name="frames">The frames, in order.</param>
    /// <exception cref="ArgumentException">A label is none of the classes, or there are 32,768 classes or more.</exception>
    public static byte[] Write(ContractId contract, string task, IReadOnlyList<string> classes, IReadOnlyList<SnapshotFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(frames);
        if (classes.Count >= HeldOutBit)
        {
            throw new ArgumentException($"There are {classes.Count} classes; {HeldOutBit - 1} are the most.", nameof(classes));
        }

        var vehicles = frames.Select(frame => (frame.Fleet, frame.Vehicle)).Distinct().Order().ToArray();
        var header = CanonicalJson.Canonicalise(JsonSerializer.SerializeToUtf8Bytes(
            new SnapshotHeader { Contract = contract.ToString(), Task = task, Classes = [.. classes], Vehicles = [.. vehicles.Select(v => new[] { v.Fleet, v.Vehicle })], Frames = frames.Count },
            SnapshotJson.Default.SnapshotHeader));
        var vehicleNumbers = vehicles.Index().ToDictionary(v => v.Item, v => v.Index);
        var classNumbers = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        var bytes = new byte[checked(header.Length + 1 + (RecordSize * frames.Count))];
        header.CopyTo(bytes, 0);
        bytes[header.Length] = (byte)'\n';
        var rest = bytes.AsSpan(header.Length + 1);
        foreach (var frame in frames)
        {
            var label = classNumbers.TryGetValue(frame.Class, out var number) ? number : throw new ArgumentException($"The label '{frame.Class}' of frame {frame.Frame} is none of the classes.", nameof(frames));
            frame.Frame.Write(rest);
            BinaryPrimitives.WriteInt64BigEndian(rest[16..], frame.CapturedAt);
            BinaryPrimitives.WriteInt32BigEndian(rest[24..], vehicleNumbers[(frame.Fleet, frame.Vehicle)]);
            BinaryPrimitives.WriteUInt16BigEndian(rest[28..], (ushort)(label | (frame.HeldOut ? HeldOutBit : 0)));
            BinaryPrimitives.WriteSingleBigEndian(rest[30..], frame.Weight);
            rest = rest[RecordSize..];
        }

        return bytes;
    }

    /// <summary>Reads all frames.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot; the message says why.</exception>
    public static IReadOnlyList<SnapshotFrame> Read(ReadOnlySpan<byte> snapshot)
    {
        var header = Split(snapshot, out var records);
        var frames = new List<SnapshotFrame>(header.Frames);
        for (; !records.IsEmpty; records = records[RecordSize..])
        {
            frames.Add(ReadRecord(header, records));
        }

        return frames;
    }

    /// <summary>Finds one frame without reading the others.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>The frame; null where the snapshot does not hold it.</returns>
    /// <exception cref="FormatException">The bytes are no snapshot; the message says why.</exception>
    public static SnapshotFrame? Find(ReadOnlySpan<byte> snapshot, FrameId frame)
    {
        Span<byte> id = stackalloc byte[FrameId.Size];
        frame.Write(id);
        var header = Split(snapshot, out var records);
        for (; !records.IsEmpty; records = records[RecordSize..])
        {
            if (records[..FrameId.Size].SequenceEqual(id))
            {
                return ReadRecord(header, records);
            }
        }

        return null;
    }

    private static SnapshotHeader Split(ReadOnlySpan<byte> snapshot, out ReadOnlySpan<byte> records)
    {
        var end = snapshot.IndexOf((byte)'\n');
        SnapshotHeader? header;
        try
        {
            header = end < 0 ? null : JsonSerializer.Deserialize(snapshot[..end], SnapshotJson.Default.SnapshotHeader);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The snapshot's first line does not read: {e.Message}", e);
        }

        if (header is not { Schema: SnapshotHeader.CurrentSchema } || !header.Vehicles.All(vehicle => vehicle.Length == 2))
        {
            throw new FormatException($"The snapshot does not begin with a line of {SnapshotHeader.CurrentSchema}.");
        }

        records = snapshot[(end + 1)..];
        return records.Length == (long)header.Frames * RecordSize
            ? header
            : throw new FormatException($"The snapshot says {header.Frames} frames and holds {records.Length} bytes of them.");
    }

    private static SnapshotFrame ReadRecord(SnapshotHeader header, ReadOnlySpan<byte> record)
    {
        var (vehicle, label) = (BinaryPrimitives.ReadUInt32BigEndian(record[24..]), BinaryPrimitives.ReadUInt16BigEndian(record[28..]));
        return FrameId.TryRead(record[..FrameId.Size], out var frame) && vehicle < header.Vehicles.Length && (label & ~HeldOutBit) < header.Classes.Length
            ? new SnapshotFrame(
                frame, header.Vehicles[vehicle][0], header.Vehicles[vehicle][1], BinaryPrimitives.ReadInt64BigEndian(record[16..]), header.Classes[label & ~HeldOutBit], (label & HeldOutBit) != 0,
                BinaryPrimitives.ReadSingleBigEndian(record[30..]))
            : throw new FormatException($"The snapshot names vehicle {vehicle} and class {label & ~HeldOutBit}, which its first line has not.");
    }
}
