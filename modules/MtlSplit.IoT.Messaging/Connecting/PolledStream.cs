using System.Net;
using System.Net.Sockets;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>
/// A TCP connection whose reader has a thread of its own and sleeps in the kernel. An asynchronous read wakes two threads for every arrival
/// instead: the runtime's event loop, and one of the pool's. Writing stays asynchronous, so that it never blocks.
/// </summary>
internal sealed class PolledStream : NetworkStream
{
    private PolledStream(Socket socket)
        : base(socket, ownsSocket: true)
    {
    }

    /// <summary>
    /// Connects. Not with ConnectAsync: that shows the socket to the runtime's event loop, which then wakes at every arrival for as long as the
    /// socket lives. The kernel keeps its own buffer sizes: setting them turns off TCP's autotuning, and small ones let a loopback
    /// connection collapse to some fifty messages a second.
    /// </summary>
    public static async Task<PolledStream> ConnectAsync(string host, int port, CancellationToken ct)
    {
        SocketException? failure = null;
        foreach (var address in await Dns.GetHostAddressesAsync(host, ct))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                return await BlockingCall.RunAsync(
                    () =>
                    {
                        socket.Connect(address, port);
                        return new PolledStream(socket);
                    },
                    socket,
                    ct);
            }
            catch (SocketException error)
            {
                // Perhaps another of its addresses answers.
                socket.Dispose();
                failure = error;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>Reads what is there, at least one byte, and blocks the thread until then. Closing the stream ends the wait.</summary>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            // A read that finds nothing would wait for the runtime's event loop.
            Socket.Poll(Timeout.Infinite, SelectMode.SelectRead);
            return Socket.Receive(buffer);
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }
}
