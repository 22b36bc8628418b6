namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>
/// Puts packets together from what a connection's reads bring: read into <see cref="Room"/>, then <see cref="Take"/>. Its buffer doubles
/// with the bytes that came, not with the length that a packet claims. Not thread-safe.
/// </summary>
/// <param name="decoder">Decodes; its owner may look at it between calls.</param>
public sealed class PacketAssembler(PacketDecoder decoder)
{
    private const int FirstBuffer = 4 * 1024;
    private const int FullBuffer = 128 * 1024;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _filled;
    private bool _broken;

    /// <summary>Where the next read goes; never empty.</summary>
    public Memory<byte> Room => _buffer.AsMemory(_filled);

    /// <summary>Decodes what is whole.</summary>
    /// <param name="read">How many bytes were read into <see cref="Room"/>.</param>
    /// <param name="packets">Gets the packets, in order.</param>
    /// <returns>What is wrong with the bytes behind the packets; the default where nothing is. After a fault all that comes is thrown away.</returns>
    public PacketFault Take(int read, List<ClientPacket> packets)
    {
        if (_broken)
        {
            return default;
        }

        _filled += read;
        var received = _buffer.AsSpan(0, _filled);
        var used = 0;
        DecodeStatus status;
        PacketFault fault;
        while ((status = decoder.Decode(received[used..], out var consumed, out var packet, out fault)) == DecodeStatus.Packet)
        {
            packets.Add(packet);
            used += consumed;
        }

        if (status == DecodeStatus.Fault)
        {
            _broken = true;
            _filled = 0;
            return fault;
        }

        received[used..].CopyTo(_buffer);
        _filled -= used;
        if (_filled == _buffer.Length || decoder.Wanted > _buffer.Length || (read > _buffer.Length / 2 && _buffer.Length < FullBuffer))
        {
            Array.Resize(ref _buffer, Math.Min(Math.Max(decoder.Wanted, FullBuffer), 2 * _buffer.Length));
        }

        return default;
    }
}
