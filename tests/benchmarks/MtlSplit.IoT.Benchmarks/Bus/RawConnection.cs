using System.Net;
using System.Net.Sockets;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>A socket that has said CONNECT in MQTT 5 and heard yes; nothing else stands between its user and the kernel.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Connects as a client that holds 256 messages unacknowledged at most, like ours.</summary>
    public RawConnection(int port, string name)
    {
        _socket.Connect(IPAddress.Loopback, port);
        Ask(0x10, [0, 4, .. "MQTT"u8, 5, 2, 0, 0, 3, 0x21, 1, 0, .. Text(name)], 0x20, reasonAt: 1);
    }

    public void Subscribe(string filter) => Ask(0x82, [0, 1, 0, .. Text(filter), 1], 0x90, reasonAt: 3);

    /// <summary>Waits until one of the two, or both, have something to read.</summary>
    /// <param name="one">A connection.</param>
    /// <param name="other">Another one.</param>
    /// <param name="sockets">A list to use again for every wait.</param>
    /// <returns>Which.</returns>
    public static (bool One, bool Other) WaitForEither(RawConnection one, RawConnection other, List<Socket> sockets)
    {
        sockets.Clear();
        sockets.Add(one._socket);
        sockets.Add(other._socket);
        Socket.Select(sockets, null, null, (int)Patience.TotalMicroseconds);
        return sockets.Count > 0
            ? (sockets[0] == one._socket, sockets[^1] == other._socket)
            : throw new TimeoutException($"The broker said nothing for {Patience}.");
    }

    public int Receive(Span<byte> buffer)
    {
        var read = _socket.Receive(buffer);
        return read > 0 ? read : throw new IOException("The broker closed the connection.");
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Lets whoever receives go.</summary>
    public void Shutdown() => _socket.Shutdown(SocketShutdown.Both);

    public void Dispose() => _socket.Dispose();

    /// <summary>Length and bytes, as MQTT writes text.</summary>
    public static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];

    /// <summary>A request and its answer, both shorter than 128 bytes.</summary>
    private void Ask(byte kind, byte[] body, byte expected, int reasonAt)
    {
        Send([kind, (byte)body.Length, .. body]);
        var answer = Exactly(2);
        if (answer[0] != expected || Exactly(answer[1])[reasonAt] >= 0x80)
        {
            throw new IOException($"The broker refused packet 0x{kind:X2}.");
        }
    }

    private byte[] Exactly(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            read += Receive(bytes.AsSpan(read));
        }

        return bytes;
    }
}
