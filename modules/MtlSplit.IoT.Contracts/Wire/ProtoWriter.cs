using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace MtlSplit.IoT.Contracts.Wire;

/// <summary>
/// Writes Protocol Buffers fields into a span that the caller sized with the <c>SizeOf</c> methods. Fields with default
/// values are left out, as proto3 does. Nothing is allocated.
/// </summary>
internal ref struct ProtoWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Position { get; private set; }

    public static int SizeOfVarint(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) / 64;

    public static int SizeOf(int field, ulong value) => value == 0 ? 0 : SizeOfTag(field) + SizeOfVarint(value);

    public static int SizeOf(int field, ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? 0 : SizeOfBlock(field, bytes.Length);

    public static int SizeOf(int field, string text) => text.Length == 0 ? 0 : SizeOfBlock(field, Encoding.UTF8.GetByteCount(text));

    public static int SizeOf(int field, ReadOnlySpan<float> packed) => packed.IsEmpty ? 0 : SizeOfBlock(field, packed.Length * sizeof(float));

    public void Write(int field, ulong value)
    {
        if (value == 0)
        {
            return;
        }

        WriteTag(field, WireType.Varint);
        WriteVarint(value);
    }

    public void Write(int field, scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        WriteTag(field, WireType.Block);
        WriteVarint((uint)bytes.Length);
        bytes.CopyTo(_destination[Position..]);
        Position += bytes.Length;
    }

    public void Write(int field, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        WriteTag(field, WireType.Block);
        WriteVarint((uint)Encoding.UTF8.GetByteCount(text));
        Position += Encoding.UTF8.GetBytes(text, _destination[Position..]);
    }

    public void Write(int field, scoped ReadOnlySpan<float> packed)
    {
        if (packed.IsEmpty)
        {
            return;
        }

        WriteTag(field, WireType.Block);
        WriteVarint((uint)(packed.Length * sizeof(float)));
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(packed).CopyTo(_destination[Position..]);
            Position += packed.Length * sizeof(float);
            return;
        }

        foreach (var value in packed)
        {
            BinaryPrimitives.WriteSingleLittleEndian(_destination[Position..], value);
            Position += sizeof(float);
        }
    }

    private static int SizeOfTag(int field) => SizeOfVarint((uint)field << 3);

    private static int SizeOfBlock(int field, int length) => SizeOfTag(field) + SizeOfVarint((uint)length) + length;

    private void WriteTag(int field, WireType type) => WriteVarint(((uint)field << 3) | (uint)type);

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _destination[Position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _destination[Position++] = (byte)value;
    }
}
