using System.Buffers;
using System.Buffers.Binary;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>
/// MQTT packets over a byte stream, in batches: one read fills a large buffer and many packets come out of it; many packets gather before
/// one write. It replaces MQTTnet's channel, which reads each packet in three or more system calls; encoding and decoding stay MQTTnet's.
/// One reader and one writer at a time. Owns the stream.
/// </summary>
internal sealed class PacketWire : IDisposable
{
    /// <summary>The smallest read buffer.</summary>
    public const int ReadBufferSize = 128 * 1024;

    /// <summary>Written bytes that ask for a flush.</summary>
    public const int FlushThreshold = 256 * 1024;

    /// <summary>
    /// Payloads from this size on are handed to the stream as they are. Smaller ones are copied into the batch: a header that leaves alone
    /// wakes the peer for nothing, and a copy costs less than a system call.
    /// </summary>
    private const int CopyLimit = 512 * 1024;

    /// <summary>The read buffer grows to so many of the packets that come, so that few of them need to be moved.</summary>
    private const int PacketsAtOnce = 4;

    private readonly Stream _stream;
    private readonly MqttPacketFormatterAdapter _formatter;
    private readonly int _maximumPacketSize;
    private byte[] _input = GC.AllocateUninitializedArray<byte>(ReadBufferSize);
    private byte[] _output = GC.AllocateUninitializedArray<byte>(96 * 1024);
    private int _start;
    private int _end;
    private long _bytesReceived;
    private long _bytesSent;

    public PacketWire(Stream stream, MqttProtocolVersion version, int maximumPacketSize)
    {
        _stream = stream;
        _maximumPacketSize = maximumPacketSize;
        _formatter = new MqttPacketFormatterAdapter(version, new MqttBufferWriter(4096, 65535));
    }

    /// <summary>Bytes gathered and not yet written.</summary>
    public int Pending { get; private set; }

    /// <summary>Bytes read since this was last asked.</summary>
    public long TakeReceivedBytes() => Interlocked.Exchange(ref _bytesReceived, 0);

    /// <summary>Bytes handed to the stream since this was last asked.</summary>
    public long TakeSentBytes() => Interlocked.Exchange(ref _bytesSent, 0);

    /// <summary>Takes the next whole packet out of what was read.</summary>
    /// <exception cref="MqttProtocolViolationException">The bytes are not MQTT, or the packet is larger than agreed.</exception>
    public bool TryRead(out MqttPacket? packet)
    {
        packet = null;
        if (!TryMeasure(out var headerLength, out var bodyLength) || _end - _start < headerLength + bodyLength)
        {
            return false;
        }

        // The decoder copies what it keeps, so a slice of the buffer will do. A payload is copied here instead, into memory that nobody
        // fills with zeros first.
        var body = new ArraySegment<byte>(_input, _start + headerLength, bodyLength);
        var payload = PayloadIn(_input[_start], body);
        var received = new ReceivedMqttPacket(_input[_start], body[..(bodyLength - payload.Length)], headerLength + bodyLength);
        packet = _formatter.Decode(received) ?? throw new MqttProtocolViolationException("A packet could not be decoded.");
        if (payload.Length > 0)
        {
            var kept = GC.AllocateUninitializedArray<byte>(payload.Length);
            payload.CopyTo(kept);
            ((MqttPublishPacket)packet).Payload = new ReadOnlySequence<byte>(kept);
        }

        _start += headerLength + bodyLength;
        return true;
    }

    /// <summary>Reads what is there, at least one byte, and blocks the thread until then. False: the peer closed the stream.</summary>
    public bool Fill()
    {
        MakeRoom();
        var read = _stream.Read(_input.AsSpan(_end));
        _end += read;
        Interlocked.Add(ref _bytesReceived, read);
        return read > 0;
    }

    /// <summary>Gathers a packet; writes only when the batch is large.</summary>
    public ValueTask WriteAsync(MqttPacket packet, CancellationToken ct)
    {
        var encoded = _formatter.Encode(packet);
        Append(encoded.Packet);
        _formatter.Cleanup();
        if (encoded.Payload.Length >= CopyLimit)
        {
            return WritePayloadAsync(encoded.Payload, ct);
        }

        foreach (var segment in encoded.Payload)
        {
            Append(segment.Span);
        }

        return Pending >= FlushThreshold ? FlushAsync(ct) : ValueTask.CompletedTask;
    }

    /// <summary>Gathers the PUBACK "success", which is the same four bytes in every version of MQTT.</summary>
    public void WriteAcknowledgement(ushort packetId)
    {
        ReadOnlySpan<byte> packet = [0x40, 0x02, (byte)(packetId >> 8), (byte)packetId];
        Append(packet);
    }

    /// <summary>Writes what was gathered.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        if (Pending > 0)
        {
            var count = Pending;
            await _stream.WriteAsync(_output.AsMemory(0, count), ct);
            Pending = 0;
            Interlocked.Add(ref _bytesSent, count);
        }
    }

    public void Dispose() => _stream.Dispose();

    private async ValueTask WritePayloadAsync(ReadOnlySequence<byte> payload, CancellationToken ct)
    {
        await FlushAsync(ct);
        foreach (var segment in payload)
        {
            await _stream.WriteAsync(segment, ct);
        }

        Interlocked.Add(ref _bytesSent, payload.Length);
    }

    /// <summary>Where a PUBLISH has its payload; empty for other packets, and for a PUBLISH that the decoder will find faulty.</summary>
    private ReadOnlySpan<byte> PayloadIn(byte header, ReadOnlySpan<byte> body)
    {
        if (header >> 4 != 3 || body.Length < 2)
        {
            return [];
        }

        var at = 2 + BinaryPrimitives.ReadUInt16BigEndian(body) + ((header & 0b0110) != 0 ? 2 : 0);
        if (_formatter.ProtocolVersion != MqttProtocolVersion.V500)
        {
            return at < body.Length ? body[at..] : [];
        }

        var properties = 0;
        for (var shift = 0; at < body.Length && shift <= 21; shift += 7)
        {
            var next = body[at++];
            properties |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return properties < body.Length - at ? body[(at + properties)..] : [];
            }
        }

        return [];
    }

    private bool TryMeasure(out int headerLength, out int bodyLength)
    {
        headerLength = 1;
        bodyLength = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (_start + headerLength >= _end)
            {
                return false;
            }

            var next = _input[_start + headerLength++];
            bodyLength |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                break;
            }

            if (shift == 21)
            {
                throw new MqttProtocolViolationException("A packet's length takes more than four bytes.");
            }
        }

        return headerLength + bodyLength <= _maximumPacketSize
            ? true
            : throw new MqttProtocolViolationException($"A packet of {headerLength + bodyLength} bytes is larger than the agreed {_maximumPacketSize}.");
    }

    /// <summary>Moves a started packet to the front when it does not fit behind what was taken, and grows for one larger than the buffer.</summary>
    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            return;
        }

        var wanted = TryMeasure(out var headerLength, out var bodyLength) ? headerLength + bodyLength : 5;
        if (_start + wanted <= _input.Length && _end < _input.Length)
        {
            return;
        }

        var target = wanted * PacketsAtOnce <= _input.Length ? _input : GC.AllocateUninitializedArray<byte>((wanted * PacketsAtOnce) + ReadBufferSize);
        _input.AsSpan(_start, _end - _start).CopyTo(target);
        _end -= _start;
        _start = 0;
        _input = target;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (Pending + bytes.Length > _output.Length)
        {
            Array.Resize(ref _output, Math.Max(_output.Length * 2, Pending + bytes.Length));
        }

        bytes.CopyTo(_output.AsSpan(Pending));
        Pending += bytes.Length;
    }
}
