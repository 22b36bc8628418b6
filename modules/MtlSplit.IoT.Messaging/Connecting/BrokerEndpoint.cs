using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>Opens byte streams to the broker.</summary>
internal static class BrokerEndpoint
{
    /// <summary>
    /// Connects a socket, and TLS over it. The kernel keeps its own buffer sizes: setting them turns off TCP's autotuning, and small ones
    /// let a loopback connection collapse to some fifty messages a second.
    /// </summary>
    /// <exception cref="BusConnectException">The broker's certificate is not trusted.</exception>
    public static async Task<Stream> OpenAsync(BusOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, ct);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return options.Tls is null ? plain : await SecureAsync(plain, options.Tls, options, ct);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(NetworkStream plain, BusTlsOptions tls, BusOptions options, CancellationToken ct)
    {
        var trust = new BrokerTrust(tls, options.Host, options.Port);
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(trust.Authentication(), ct);
            return secure;
        }
        catch (AuthenticationException error) when (trust.Fault is not null)
        {
            await secure.DisposeAsync();
            throw new BusConnectException(trust.Fault, error);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
