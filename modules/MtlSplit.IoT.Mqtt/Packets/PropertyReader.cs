namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>Walks the properties of one packet: checks that each is known, allowed there, well formed and given once.</summary>
internal ref struct PropertyReader(ReadOnlySpan<byte> properties, ulong allowed)
{
    private SpanReader _reader = new(properties);
    private ulong _seen;

    public byte Id { get; private set; }

    /// <summary>The value of a numeric property.</summary>
    public uint Number { get; private set; }

    /// <summary>The value of a string or binary property; the key of a user property.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The whole property as it stands on the wire.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    public PacketFault Fault { get; private set; }

    /// <summary>Reads the properties' length and makes a reader for them.</summary>
    public static bool TryOpen(ref SpanReader packet, ulong allowed, out PropertyReader properties)
    {
        properties = default;
        if (!packet.TryVariable(out var length) || !packet.TryBytes((int)length, out var bytes))
        {
            return false;
        }

        properties = new PropertyReader(bytes, allowed);
        return true;
    }

    /// <summary>Moves to the next property; false at the end or at a fault (then <see cref="Fault"/> has a reason).</summary>
    public bool TryNext()
    {
        var start = _reader.Rest;
        if (start.IsEmpty)
        {
            return false;
        }

        if (!_reader.TryByte(out var id) || id > 0x2A)
        {
            Fault = new PacketFault(Reason.Malformed, "a property identifier is unknown");
            return false;
        }

        Id = id;
        var bit = 1UL << id;
        if ((allowed & bit) == 0)
        {
            Fault = new PacketFault(Reason.ProtocolError, $"property 0x{id:X2} is not allowed in this packet");
            return false;
        }

        if ((_seen & bit) != 0 && id is not Property.UserProperty)
        {
            Fault = new PacketFault(Reason.ProtocolError, $"property 0x{id:X2} is given twice");
            return false;
        }

        _seen |= bit;
        if (!TryValue())
        {
            Fault = new PacketFault(Reason.Malformed, $"property 0x{id:X2} is malformed");
            return false;
        }

        Raw = start[..(start.Length - _reader.Rest.Length)];
        return true;
    }

    private bool TryValue()
    {
        switch (Id)
        {
            case Property.PayloadFormat or Property.RequestProblemInformation or Property.RequestResponseInformation:
                var read = _reader.TryByte(out var single);
                Number = single;
                return read && single <= 1;
            case Property.ReceiveMaximum or Property.TopicAliasMaximum or Property.TopicAlias:
                read = _reader.TryUInt16(out var pair);
                Number = pair;
                return read;
            case Property.MessageExpiry or Property.SessionExpiry or Property.WillDelay or Property.MaximumPacketSize:
                read = _reader.TryUInt32(out var four);
                Number = four;
                return read;
            case Property.SubscriptionIdentifier:
                read = _reader.TryVariable(out var variable);
                Number = variable;
                return read && variable > 0;
            case Property.CorrelationData or Property.AuthenticationData:
                read = _reader.TryBinary(out var binary);
                Data = binary;
                return read;
            case Property.UserProperty:
                read = _reader.TryText(out var key);
                Data = key;
                return read && _reader.TryText(out _);
            default:
                read = _reader.TryText(out var text);
                Data = text;
                return read;
        }
    }
}
