using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>Makes a transport of a socket: the server's side of TLS, or none where the options allow that. Thread-safe.</summary>
internal sealed class SocketDoor
{
    private readonly SslServerAuthenticationOptions? _tls;

    public SocketDoor(GatewayOptions options)
    {
        if (options.Certificate is not { } certificate)
        {
            return;
        }

        _tls = new SslServerAuthenticationOptions
        {
            // Offline: the intermediates that are sent are those that were given, nothing is fetched.
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, options.Intermediates, offline: true),
            ClientCertificateRequired = options.RequestClientCertificates,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
#pragma warning disable CA5359 // That the client holds the key is checked by TLS itself; whether the certificate is good and whose it is, the backend says.
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        };
    }

    /// <summary>Shakes hands. The socket is the transport's from here on, or disposed where this throws.</summary>
    public async Task<Transport> OpenAsync(Socket socket, string remote, CancellationToken ct)
    {
        var network = new NetworkStream(socket, ownsSocket: true);
        if (_tls is null)
        {
            return new Transport(network, remote, null, () => FinishAsync(socket));
        }

        var stream = new SslStream(network, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsServerAsync(_tls, ct);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        return new Transport(stream, remote, stream.RemoteCertificate as X509Certificate2, async () =>
        {
            await stream.ShutdownAsync();
            await FinishAsync(socket);
        });
    }

    private static Task FinishAsync(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        return Task.CompletedTask;
    }
}
