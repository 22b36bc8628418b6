using CsCheck;
using MtlSplit.IoT.Mqtt.Packets;
using Xunit;

namespace MtlSplit.IoT.Mqtt.Tests.Packets;

public sealed class PacketAssemblerTests
{
    private static readonly byte[] Connect = [0x10, 14, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 2, .. "me"u8];

    [Fact]
    public void Packets_CutAnywhere_ComeOutWholeAndInOrder() =>
        Gen.Select(Gen.Int[0, 9_000].Array[1, 8], Gen.Int[1, 5_000].Array[1, 20]).Sample((sizes, cuts) =>
        {
            byte[] bytes = [.. Connect, .. sizes.SelectMany(Publish)];
            var assembler = new PacketAssembler(new PacketDecoder(10_000));
            List<ClientPacket> packets = [];
            var at = 0;
            for (var i = 0; at < bytes.Length; i++)
            {
                var length = Math.Min(Math.Min(cuts[i % cuts.Length], assembler.Room.Length), bytes.Length - at);
                Assert.True(length > 0, "There is no room to read into.");
                bytes.AsSpan(at, length).CopyTo(assembler.Room.Span);
                at += length;
                Assert.Equal(default, assembler.Take(length, packets));
            }

            Assert.Equal(sizes, packets.Skip(1).Select(packet => packet.Message!.Payload.Length));
        });

    [Fact]
    public void Room_OfAPacketThatOnlyClaimsToBeLong_StaysSmall()
    {
        var assembler = new PacketAssembler(new PacketDecoder(1 << 24));
        List<ClientPacket> packets = [];
        Give(assembler, [.. Connect, 0x30, 0xFF, 0xFF, 0xFF, 0x03, 0, 1, 97], packets);

        Assert.Single(packets);
        Assert.InRange(assembler.Room.Length, 1, 16 * 1024);
    }

    [Fact]
    public void Fault_EndsItAll()
    {
        var assembler = new PacketAssembler(new PacketDecoder(1_000));
        List<ClientPacket> packets = [];

        Assert.Equal(Reason.ProtocolError, Give(assembler, [.. Connect, 0xC0, 0, .. Connect, 0xC0, 0], packets).Reason);
        Assert.Equal([PacketKind.Connect, PacketKind.PingReq], packets.Select(packet => packet.Kind));
        Assert.Equal(default, Give(assembler, [0xC0, 0], packets));
        Assert.Equal(2, packets.Count);
    }

    private static PacketFault Give(PacketAssembler assembler, byte[] bytes, List<ClientPacket> packets)
    {
        bytes.CopyTo(assembler.Room);
        return assembler.Take(bytes.Length, packets);
    }

    private static byte[] Publish(int size)
    {
        var remaining = size + 3;
        return [0x30, .. remaining < 0x80 ? new[] { (byte)remaining } : [(byte)(remaining & 0x7F | 0x80), (byte)(remaining >> 7)], 0, 1, 97, .. new byte[size]];
    }
}
