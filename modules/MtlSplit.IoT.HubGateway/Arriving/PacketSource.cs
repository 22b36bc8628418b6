using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>What one client sends, packet by packet. Used by one loop at a time.</summary>
internal sealed class PacketSource
{
    private readonly Transport _transport;
    private readonly PacketDecoder _decoder;
    private readonly PacketAssembler _assembler;

    public PacketSource(Transport transport, int maxMessageBytes)
    {
        _transport = transport;

        // The topic holds the properties, which count once more than they are long; the rest is the packet's own header.
        _decoder = new PacketDecoder(maxMessageBytes + ushort.MaxValue + 16);
        _assembler = new PacketAssembler(_decoder);
    }

    /// <summary>The packets that the last reads brought; whoever handled them takes them out.</summary>
    public List<ClientPacket> Batch { get; } = [];

    /// <summary>What is wrong with the bytes behind the packets.</summary>
    public PacketFault Fault { get; private set; }

    /// <summary>What the client says it speaks; none before it said so.</summary>
    public ProtocolVersion Claimed => _decoder.Claimed;

    /// <summary>Reads what there is; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        var read = await _transport.Stream.ReadAsync(_assembler.Room, ct);
        Fault = read == 0 ? default : _assembler.Take(read, Batch);
        return read > 0;
    }

    /// <summary>Waits for CONNECT, which is the first packet or none is.</summary>
    /// <exception cref="IOException">The client left, or sent something else; then <see cref="Fault"/> says what.</exception>
    public async Task<ConnectPacket> ReadConnectAsync(CancellationToken ct)
    {
        while (Batch.Count == 0)
        {
            if (Fault.Reason != Reason.Success)
            {
                throw new IOException($"no CONNECT: {Fault.What}");
            }

            if (!await ReadAsync(ct))
            {
                throw new IOException("the client left without CONNECT");
            }
        }

        var connect = Batch[0].Connect!;
        Batch.RemoveAt(0);
        return connect;
    }

    /// <summary>Reads and throws away until the client closes: closing over bytes that were not read could take the last answer from it.</summary>
    public async Task LingerAsync(CancellationToken ct)
    {
        while (await _transport.Stream.ReadAsync(_assembler.Room, ct) > 0)
        {
        }
    }
}
