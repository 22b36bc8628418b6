using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Serving;

/// <summary>A client that says exactly what it is told to, rules or not.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Channel<ServerPacket> _packets = Channel.CreateUnbounded<ServerPacket>();
    private readonly Task _reading;

    public RawClient(Stream stream, bool reads = true)
    {
        _stream = stream;
        _reading = reads ? ReadAsync() : Task.CompletedTask;
    }

    /// <summary>Says CONNECT and gives CONNACK's return code and session present flag.</summary>
    public async Task<(byte Code, bool Present)> ConnectAsync(
        string client, string? user = "?", string? password = RecordingBackend.Password, bool clean = true, ushort keepAlive = 60, byte level = 4, byte[]? will = null, byte willFlags = 0)
    {
        await SendAsync(ConnectBytes(client, user, password, clean, keepAlive, level, will, willFlags));
        var answer = await NextAsync(PacketKind.ConnAck);
        return (answer.Body[1], answer.Body[0] == 1);
    }

    public static byte[] ConnectBytes(
        string client, string? user = "?", string? password = RecordingBackend.Password, bool clean = true, ushort keepAlive = 60, byte level = 4, byte[]? will = null, byte willFlags = 0)
    {
        user = user == "?" ? $"hub.local/{client}/?api-version=2021-04-12" : user;
        var flags = (byte)((clean ? 2 : 0) | (user is null ? 0 : 0x80) | (password is null ? 0 : 0x40) | willFlags);
        return Packet(
            0x10,
            [
                .. Text("MQTT"), level, flags, (byte)(keepAlive >> 8), (byte)keepAlive, .. level == 5 ? new byte[] { 0 } : [], .. Text(client), .. will ?? [],
                .. user is null ? [] : Text(user), .. password is null ? [] : Text(password),
            ]);
    }

    public static byte[] SubscribeBytes(params (string Filter, byte Qos)[] filters) =>
        Packet(0x82, [0, 7, .. filters.SelectMany(filter => (byte[])[.. Text(filter.Filter), filter.Qos])]);

    public static byte[] Will(string topic, string payload) => [.. Text(topic), .. Text(payload)];

    /// <summary>Subscribes and gives what was granted.</summary>
    public async Task<byte[]> SubscribeAsync(params (string Filter, byte Qos)[] filters)
    {
        await SendAsync(SubscribeBytes(filters));
        return (await NextAsync(PacketKind.SubAck)).Body[2..];
    }

    public async Task UnsubscribeAsync(string filter)
    {
        await SendAsync(0xA2, [0, 8, .. Text(filter)]);
        Assert.Equal(8, (await NextAsync(PacketKind.UnsubAck)).Id);
    }

    public Task PublishAsync(string topic, string payload, ushort id = 0, bool retain = false) => PublishAsync(topic, Encoding.UTF8.GetBytes(payload), id, retain);

    /// <summary>Publishes with QoS 1 where there is an id, else with QoS 0.</summary>
    public Task PublishAsync(string topic, byte[] payload, ushort id = 0, bool retain = false) =>
        SendAsync((byte)(0x30 | (id == 0 ? 0 : 2) | (retain ? 1 : 0)), [.. Text(topic), .. id == 0 ? [] : new[] { (byte)(id >> 8), (byte)id }, .. payload]);

    public Task AcknowledgeAsync(ushort id) => SendAsync(0x40, [(byte)(id >> 8), (byte)id]);

    public Task SayGoodbyeAsync() => SendAsync(0xE0, []);

    /// <summary>Shows that everything before was handled as far as the gateway itself goes.</summary>
    public async Task PingAsync()
    {
        await SendAsync(0xC0, []);
        await NextAsync(PacketKind.PingResp);
    }

    public Task SendAsync(byte first, byte[] body) => SendAsync(Packet(first, body));

    public async Task SendAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    /// <summary>The next packet, which must be of this kind.</summary>
    public async Task<ServerPacket> NextAsync(PacketKind kind)
    {
        try
        {
            var packet = await Expect.WithinAsync(_packets.Reader.ReadAsync().AsTask(), $"a packet {kind} from the gateway");
            Assert.Equal(kind, packet.Kind);
            return packet;
        }
        catch (ChannelClosedException)
        {
            throw new IOException($"The gateway closed the connection instead of sending {kind}.");
        }
    }

    /// <summary>Nothing more comes but the connection's end.</summary>
    public async Task ClosedAsync(string why)
    {
        var more = await Expect.WithinAsync(_packets.Reader.WaitToReadAsync().AsTask(), $"the connection closes: {why}");
        Assert.False(more, more && _packets.Reader.TryRead(out var packet) ? $"A packet {packet.Kind} came instead of the connection's end." : "");
    }

    /// <summary>Cuts the connection without a word.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            var one = new byte[1];
            while (await _stream.ReadAsync(one) == 1)
            {
                var first = one[0];
                var length = 0;
                for (var shift = 0; ; shift += 7)
                {
                    await _stream.ReadExactlyAsync(one);
                    length |= (one[0] & 0x7F) << shift;
                    if (one[0] < 0x80)
                    {
                        break;
                    }
                }

                var body = new byte[length];
                await _stream.ReadExactlyAsync(body);
                _packets.Writer.TryWrite(new ServerPacket((PacketKind)(first >> 4), first & 15, body));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection's end, however it comes.
        }

        _packets.Writer.TryComplete();

        // The gateway closes when its client does.
        await _stream.DisposeAsync();
    }

    private static byte[] Packet(byte first, byte[] body)
    {
        List<byte> bytes = [first];
        var length = body.Length;
        for (; length > 0x7F; length >>= 7)
        {
            bytes.Add((byte)(length | 0x80));
        }

        return [.. bytes, (byte)length, .. body];
    }

    private static byte[] Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[utf8.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)utf8.Length);
        utf8.CopyTo(bytes, 2);
        return bytes;
    }
}
