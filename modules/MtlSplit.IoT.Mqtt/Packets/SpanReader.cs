using System.Buffers.Binary;
using System.Text.Unicode;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>Reads MQTT's primitive types from a span. Every read says whether there was enough; nothing throws.</summary>
internal ref struct SpanReader(ReadOnlySpan<byte> rest)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = rest;

    public bool TryByte(out byte value)
    {
        if (Rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = Rest[0];
        Rest = Rest[1..];
        return true;
    }

    public bool TryUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(Rest, out value))
        {
            return false;
        }

        Rest = Rest[2..];
        return true;
    }

    public bool TryUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(Rest, out value))
        {
            return false;
        }

        Rest = Rest[4..];
        return true;
    }

    public bool TryVariable(out uint value)
    {
        value = 0;
        for (var i = 0; i < 4 && i < Rest.Length; i++)
        {
            value |= (uint)(Rest[i] & 0x7F) << (7 * i);
            if (Rest[i] < 0x80)
            {
                Rest = Rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    public bool TryBytes(int length, out ReadOnlySpan<byte> value)
    {
        if (length > Rest.Length)
        {
            value = default;
            return false;
        }

        value = Rest[..length];
        Rest = Rest[length..];
        return true;
    }

    public bool TryBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryUInt16(out var length) && TryBytes(length, out value);
    }

    /// <summary>A length-prefixed string: well-formed UTF-8 without U+0000.</summary>
    public bool TryText(out ReadOnlySpan<byte> value) => TryBinary(out value) && Utf8.IsValid(value) && !value.Contains((byte)0);
}
