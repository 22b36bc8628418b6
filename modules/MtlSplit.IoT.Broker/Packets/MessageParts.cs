namespace MtlSplit.IoT.Broker.Packets;

/// <summary>What a message's properties say: the expiry, the will's delay, and the bytes that travel on.</summary>
internal struct MessageParts()
{
    public byte[] Forwarded { get; private set; } = [];

    public uint? ExpirySeconds { get; private set; }

    public uint WillDelay { get; private set; }

    public PacketFault Read(ref PropertyReader properties)
    {
        while (properties.TryNext())
        {
            switch (properties.Id)
            {
                case Property.MessageExpiry:
                    ExpirySeconds = properties.Number;
                    break;
                case Property.WillDelay:
                    WillDelay = properties.Number;
                    break;
                case Property.TopicAlias:
                    return new PacketFault(Reason.TopicAliasInvalid, "topic aliases are not offered; CONNACK allows none");
                case Property.ResponseTopic when properties.Data.IndexOfAny((byte)'+', (byte)'#') >= 0:
                    return new PacketFault(Reason.ProtocolError, "the response topic has wildcards");
                default:
                    Forwarded = Forwarded.Length == 0 ? properties.Raw.ToArray() : [.. Forwarded, .. properties.Raw];
                    break;
            }
        }

        return properties.Fault;
    }
}
