using System.Net.Sockets;

namespace MtlSplit.IoT.EdgeRuntime.Serving;

/// <summary>Which process is at the other end of a unix socket.</summary>
internal static class SocketPeer
{
    // SOL_SOCKET and SO_PEERCRED of Linux on x64 and arm64.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <summary>The process that connected; null where the system does not tell.</summary>
    public static int? ProcessOf(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.AddressFamily != AddressFamily.Unix)
        {
            return null;
        }

        // pid, uid, gid.
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) >= sizeof(int) ? BitConverter.ToInt32(credentials) : null;
    }
}
