using System.Buffers;
using System.Net;
using System.Net.Sockets;
using CsCheck;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MtlSplit.IoT.Messaging.Connecting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Connecting;

/// <summary>Packets over a stream: few reads, few writes, and whatever the cuts between them, the same packets.</summary>
public sealed class PacketWireTests
{
    private const int MaximumPacketSize = 512 * 1024;

    // As many as the publish window holds, of the size of a feature.
    private const int Window = 20;
    private const int Feature = 2560;

    [Fact]
    public async Task Writes_OfAWholeWindow_LeaveAsOne()
    {
        using var stream = new CutStream([], []);
        using var wire = Wire(stream);
        for (var i = 1; i <= Window; i++)
        {
            await wire.WriteAsync(Publish(i, Feature), CancellationToken.None);
            wire.WriteAcknowledgement((ushort)i);
        }

        Assert.Equal(0, stream.Writes);
        await wire.FlushAsync(CancellationToken.None);

        Assert.Equal(1, stream.Writes);
        Assert.InRange(stream.Written.Length, Window * Feature, Window * (Feature + 64));
    }

    [Fact]
    public async Task Reads_FindAWholeWindowAtOnce()
    {
        using var stream = new CutStream(await EncodeAsync(Enumerable.Range(1, Window).Select(i => Publish(i, Feature))), []);
        using var wire = Wire(stream);

        Assert.True(wire.Fill());

        for (var i = 1; i <= Window; i++)
        {
            Assert.True(wire.TryRead(out var packet));
            Assert.Equal(i, Assert.IsType<MqttPublishPacket>(packet).PacketIdentifier);
        }

        Assert.False(wire.TryRead(out _));
        Assert.Equal(1, stream.Reads);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public Task Packets_OfAnySize_ReadInPiecesOfAnySize_AreTheSame(MqttProtocolVersion version) =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 300], Gen.Int[100_000, 300_000]).Array[1, 8], Gen.OneOf(Gen.Int[1, 9], Gen.Int[1000, 200_000]).Array[1, 5]).SampleAsync(
            async (sizes, cuts) =>
            {
                using var stream = new CutStream(await EncodeAsync(sizes.Select((size, i) => Publish(i + 1, size)), version), cuts);
                using var wire = Wire(stream, version);
                for (var i = 0; i < sizes.Length; i++)
                {
                    MqttPacket? packet;
                    while (!wire.TryRead(out packet))
                    {
                        Assert.True(wire.Fill());
                    }

                    var read = Assert.IsType<MqttPublishPacket>(packet);
                    Assert.Equal((i + 1, Topic(i + 1)), (read.PacketIdentifier, read.Topic));
                    Assert.True(Publish(i + 1, sizes[i]).Payload.ToArray().AsSpan().SequenceEqual(read.Payload.ToArray()));
                }

                Assert.False(wire.TryRead(out _));
                Assert.False(wire.Fill());
            },
            iter: 60);

    [Theory]
    [InlineData("30ffffffff01", "more than four bytes")]
    [InlineData("30ffffff7f", "is larger than the agreed 524288")]
    public void Lengths_ThatCannotBe_EndTheReading(string hex, string named)
    {
        using var stream = new CutStream(Convert.FromHexString(hex), []);
        using var wire = Wire(stream);
        wire.Fill();

        Assert.Contains(named, Assert.Throws<MqttProtocolViolationException>(() => wire.TryRead(out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_KeepsTheKernelsBuffers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = (IPEndPoint)listener.LocalEndpoint;
        using var plain = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await plain.ConnectAsync(endpoint, TestContext.Current.CancellationToken);
        await using var ours = await PolledStream.ConnectAsync("127.0.0.1", endpoint.Port, TestContext.Current.CancellationToken);

        Assert.Equal((plain.ReceiveBufferSize, plain.SendBufferSize, plain.NoDelay), (ours.Socket.ReceiveBufferSize, ours.Socket.SendBufferSize, ours.Socket.NoDelay));
    }

    private static PacketWire Wire(Stream stream, MqttProtocolVersion version = MqttProtocolVersion.V500) => new(stream, version, MaximumPacketSize);

    private static string Topic(int number) => $"t/{number}";

    private static MqttPublishPacket Publish(int number, int size)
    {
        var payload = new byte[size];
        new Random(number).NextBytes(payload);
        return new MqttPublishPacket
        {
            Topic = Topic(number), PacketIdentifier = (ushort)number, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, Payload = new ReadOnlySequence<byte>(payload),
        };
    }

    private static async Task<byte[]> EncodeAsync(IEnumerable<MqttPublishPacket> packets, MqttProtocolVersion version = MqttProtocolVersion.V500)
    {
        using var stream = new CutStream([], []);
        using var wire = Wire(stream, version);
        foreach (var packet in packets)
        {
            await wire.WriteAsync(packet, CancellationToken.None);
        }

        await wire.FlushAsync(CancellationToken.None);
        return stream.Written.ToArray();
    }

    /// <summary>Bytes that come in pieces of given sizes, over and over, or as many at once as are asked for; and a count of calls.</summary>
    private sealed class CutStream(byte[] bytes, int[] cuts) : Stream
    {
        private int _at;

        public int Reads { get; private set; }

        public int Writes { get; private set; }

        public MemoryStream Written { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            Assert.False(buffer.IsEmpty);
            var cut = cuts.Length == 0 ? int.MaxValue : cuts[Reads % cuts.Length];
            var count = Math.Min(Math.Min(cut, buffer.Length), bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            Reads++;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Write(byte[] buffer, int offset, int count)
        {
            Written.Write(buffer, offset, count);
            Writes++;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.Write(buffer.Span);
            Writes++;
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer, offset, count);
            return Task.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
