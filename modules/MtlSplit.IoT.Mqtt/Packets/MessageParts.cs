using System.Buffers;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>What a message's properties say: the expiry, the will's delay, and the bytes that travel on.</summary>
internal struct MessageParts()
{
    private byte[] _first = [];
    private ArrayBufferWriter<byte>? _all;

    /// <summary>Made anew at each call where there is more than one property.</summary>
    public readonly byte[] Forwarded => _all is null ? _first : _all.WrittenSpan.ToArray();

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
                    Forward(properties.Raw);
                    break;
            }
        }

        return properties.Fault;
    }

    // A packet may hold a hundred thousand user properties: each is copied once, not with all before it.
    private void Forward(ReadOnlySpan<byte> raw)
    {
        if (_first.Length == 0)
        {
            _first = raw.ToArray();
            return;
        }

        if (_all is null)
        {
            _all = new ArrayBufferWriter<byte>();
            _all.Write(_first);
        }

        _all.Write(raw);
    }
}
