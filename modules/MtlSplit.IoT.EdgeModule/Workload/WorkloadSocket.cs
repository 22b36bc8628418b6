using System.Net.Sockets;

namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>How the workload API is reached.</summary>
internal static class WorkloadSocket
{
    public static bool IsUnix(Uri address) => address.Scheme == "unix";

    /// <summary>Whether an address can be used at all.</summary>
    public static bool IsUsable(Uri address) => address.Scheme == Uri.UriSchemeHttp || (IsUnix(address) && PathOf(address).Length > 1);

    /// <summary>A handler that connects to the address, past any proxy.</summary>
    /// <exception cref="ArgumentException">The address is neither a unix socket's nor HTTP.</exception>
    public static SocketsHttpHandler HandlerFor(Uri address)
    {
        if (!IsUsable(address))
        {
            throw new ArgumentException($"The workload API's address '{address}' is neither unix:///path nor http://host:port.", nameof(address));
        }

        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        if (IsUnix(address))
        {
            var path = PathOf(address);
            handler.ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException error) when (!File.Exists(path))
                {
                    // The system's own words for it are about addresses.
                    socket.Dispose();
                    throw new IOException($"there is no socket '{path}'", error);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return handler;
    }

    private static string PathOf(Uri address) => Uri.UnescapeDataString(address.AbsolutePath);
}
