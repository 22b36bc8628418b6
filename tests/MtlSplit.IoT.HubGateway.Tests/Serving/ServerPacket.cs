using System.Buffers.Binary;
using System.Text;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Tests.Serving;

/// <summary>A packet from the gateway, as it came.</summary>
internal sealed record ServerPacket(PacketKind Kind, int Flags, byte[] Body)
{
    public int Qos => (Flags >> 1) & 3;

    public bool Duplicate => (Flags & 8) != 0;

    public string Topic => Encoding.UTF8.GetString(Body.AsSpan(2, TopicLength));

    public ushort Id => Kind == PacketKind.Publish ? (Qos == 0 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(Body.AsSpan(2 + TopicLength))) : BinaryPrimitives.ReadUInt16BigEndian(Body);

    public string Payload => Encoding.UTF8.GetString(Body.AsSpan(2 + TopicLength + (Qos == 0 ? 0 : 2)));

    private int TopicLength => BinaryPrimitives.ReadUInt16BigEndian(Body);
}
