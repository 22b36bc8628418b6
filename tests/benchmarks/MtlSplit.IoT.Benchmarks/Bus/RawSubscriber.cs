using System.Buffers.Binary;
using System.Net.Sockets;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>Receives QoS 1 as fast as a socket allows: whatever one read brings is acknowledged with one write.</summary>
internal sealed class RawSubscriber(RawConnection connection)
{
    private readonly byte[] _input = new byte[1024 * 1024];
    private readonly byte[] _answers = new byte[64 * 1024];
    private int _end;

    /// <summary>Receives until the connection is closed; tells how many messages each read brought.</summary>
    public void Run(Action<int> arrived)
    {
        try
        {
            while (true)
            {
                if (Receive() is > 0 and var count)
                {
                    arrived(count);
                }
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    /// <summary>One read, and one write for what it brought. Returns how many messages that were.</summary>
    public int Receive()
    {
        _end += connection.Receive(_input.AsSpan(_end));
        var (start, count) = (0, 0);
        while (TryMeasure(_input.AsSpan(start, _end - start), out var header, out var size))
        {
            if ((_input[start] & 0xF6) == 0x32)
            {
                var topic = BinaryPrimitives.ReadUInt16BigEndian(_input.AsSpan(start + header));
                _answers[count * 4] = 0x40;
                _answers[(count * 4) + 1] = 2;
                _input.AsSpan(start + header + 2 + topic, 2).CopyTo(_answers.AsSpan((count * 4) + 2));
                count++;
            }

            start += size;
        }

        connection.Send(_answers.AsSpan(0, count * 4));
        _input.AsSpan(start, _end - start).CopyTo(_input);
        _end -= start;
        return count;
    }

    private static bool TryMeasure(ReadOnlySpan<byte> bytes, out int header, out int size)
    {
        (header, size) = (1, 0);
        for (var shift = 0; header < bytes.Length; shift += 7)
        {
            var next = bytes[header++];
            size |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                size += header;
                return bytes.Length >= size;
            }
        }

        return false;
    }
}
