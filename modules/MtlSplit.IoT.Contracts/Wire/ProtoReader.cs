using System.Text;

namespace MtlSplit.IoT.Contracts.Wire;

/// <summary>
/// Walks the fields of one Protocol Buffers message without copying. Never throws and never allocates what a message
/// claims: a length is checked against the bytes at hand before it is believed. After the walk <see cref="Fault"/> says
/// whether it ended well.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;
    private WireType _type;

    public WireFault Fault { get; private set; }

    /// <summary>Moves to the next field. Returns false at the end and on a fault.</summary>
    public bool Next(out int field)
    {
        field = 0;
        if (Fault != WireFault.None || _position == _source.Length || !TryVarint(out var tag))
        {
            return false;
        }

        if (tag >> 3 is 0 or > 0x1FFFFFFF || (tag & 7) is 3 or 4 or > 5)
        {
            return Fail(WireFault.Malformed);
        }

        field = (int)(tag >> 3);
        _type = (WireType)(tag & 7);
        return true;
    }

    public bool TryNumber(out ulong value)
    {
        value = 0;
        return _type == WireType.Varint ? TryVarint(out value) : Fail(WireFault.WrongFieldType);
    }

    /// <summary>Reads a block as its place in the source, so that the caller can slice memory instead of copying.</summary>
    public bool TryBlock(out Range place)
    {
        place = default;
        if (_type != WireType.Block)
        {
            return Fail(WireFault.WrongFieldType);
        }

        if (!TryVarint(out var length))
        {
            return false;
        }

        if (length > (ulong)(_source.Length - _position))
        {
            return Fail(WireFault.Truncated);
        }

        place = _position..(_position + (int)length);
        _position += (int)length;
        return true;
    }

    public bool TryText(out string text)
    {
        text = "";
        if (!TryBlock(out var place))
        {
            return false;
        }

        try
        {
            text = StrictUtf8.GetString(_source[place]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return Fail(WireFault.InvalidText);
        }
    }

    /// <summary>Skips a field that this version does not know: newer writers may have appended it.</summary>
    public bool Skip() => _type switch
    {
        WireType.Varint => TryVarint(out _),
        WireType.Block => TryBlock(out _),
        WireType.Fixed64 => Advance(8),
        WireType.Fixed32 => Advance(4),
        _ => Fail(WireFault.Malformed),
    };

    public bool Fail(WireFault fault)
    {
        Fault = fault;
        return false;
    }

    private bool Advance(int count)
    {
        if (_source.Length - _position < count)
        {
            return Fail(WireFault.Truncated);
        }

        _position += count;
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position == _source.Length)
            {
                return Fail(WireFault.Truncated);
            }

            var next = _source[_position++];
            if (shift == 63 && next > 1)
            {
                return Fail(WireFault.Malformed);
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return Fail(WireFault.Malformed);
    }
}
