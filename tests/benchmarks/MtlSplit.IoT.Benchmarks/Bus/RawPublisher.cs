using System.Buffers.Binary;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>
/// Publishes QoS 1 as fast as a socket allows: the window's packets are made once and lie side by side, so that whatever
/// the answers have made room for leaves in one write after a new identifier is put into each.
/// </summary>
internal sealed class RawPublisher
{
    private readonly RawConnection _connection;
    private readonly int _window;
    private readonly int _size;
    private readonly int _identifierAt;
    private readonly byte[] _packets;
    private readonly byte[] _answers = new byte[64 * 1024];
    private ushort _identifier;
    private readonly int _numberAt;
    private ulong _number;
    private int _next;

    /// <param name="connection">Where they go.</param>
    /// <param name="topic">On which topic.</param>
    /// <param name="payload">What all of them hold.</param>
    /// <param name="window">Publishes in flight.</param>
    /// <param name="numberAt">Where in the payload each gets a number of its own, 8 bytes, big-endian; negative: nowhere.</param>
    public RawPublisher(RawConnection connection, string topic, byte[] payload, int window, int numberAt = -1)
    {
        (_connection, _window) = (connection, window);
        byte[] head = [.. RawConnection.Text(topic), 0, 0, 0];
        byte[] packet = [0x32, .. Length(head.Length + payload.Length), .. head, .. payload];
        _size = packet.Length;
        _identifierAt = packet.Length - payload.Length - 3;
        _numberAt = numberAt < 0 ? -1 : _identifierAt + 3 + numberAt;
        _packets = new byte[window * _size];
        for (var i = 0; i < window; i++)
        {
            packet.CopyTo(_packets, i * _size);
        }
    }

    /// <summary>Sent so far, in all turns.</summary>
    public long Sent { get; private set; }

    /// <summary>Publishes without an answer.</summary>
    public int Open { get; private set; }

    /// <summary>Publishes for a while, then waits for the open answers. Returns how many.</summary>
    public long Run(ArrivalCounter turn, TimeSpan length)
    {
        var before = Sent;
        while (turn.Elapsed < length)
        {
            if (SendSome(turn.Room(Sent - before)) == 0 && Open == 0)
            {
                turn.RoomAsync(Sent - before).AsTask().Wait();
                continue;
            }

            ReceiveAnswers();
        }

        while (Open > 0)
        {
            ReceiveAnswers();
        }

        return Sent - before;
    }

    /// <summary>Sends as many as the window and the receiver have room for. Returns how many.</summary>
    public int SendSome(int room)
    {
        var count = Math.Max(0, Math.Min(_window - Open, room));
        Send(count);
        Open += count;
        Sent += count;
        return count;
    }

    /// <summary>One read of answers.</summary>
    public void ReceiveAnswers()
    {
        var read = _connection.Receive(_answers);
        while (read % 4 != 0)
        {
            read += _connection.Receive(_answers.AsSpan(read));
        }

        for (var at = 0; at < read; at += 4)
        {
            if (_answers[at] != 0x40)
            {
                throw new IOException($"The broker answered a publish with packet 0x{_answers[at]:X2}.");
            }
        }

        Open -= read / 4;
    }

    private void Send(int count)
    {
        while (count > 0)
        {
            var run = Math.Min(count, _window - _next);
            for (var i = _next; i < _next + run; i++)
            {
                _identifier = _identifier == ushort.MaxValue ? (ushort)1 : (ushort)(_identifier + 1);
                BinaryPrimitives.WriteUInt16BigEndian(_packets.AsSpan((i * _size) + _identifierAt), _identifier);
                if (_numberAt >= 0)
                {
                    BinaryPrimitives.WriteUInt64BigEndian(_packets.AsSpan((i * _size) + _numberAt), _number++);
                }
            }

            _connection.Send(_packets.AsSpan(_next * _size, run * _size));
            _next = (_next + run) % _window;
            count -= run;
        }
    }

    private static byte[] Length(int length)
    {
        List<byte> bytes = [];
        for (; length >= 0x80; length >>= 7)
        {
            bytes.Add((byte)(length | 0x80));
        }

        return [.. bytes, (byte)length];
    }
}
