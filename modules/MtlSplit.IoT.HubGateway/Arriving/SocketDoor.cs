using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>Makes a transport of a socket: the server's side of TLS, or none where the options allow that. Thread-safe.</summary>
internal sealed class SocketDoor
{
    private readonly Func<SslStreamCertificateContext>? _certificate;
    private readonly bool _requestClientCertificates;

    public SocketDoor(GatewayOptions options)
    {
        _requestClientCertificates = options.RequestClientCertificates;
        _certificate = options.CertificateSource;
        if (_certificate is null && options.Certificate is { } certificate)
        {
            // Offline: the intermediates that are sent are those that were given, nothing is fetched.
            var context = SslStreamCertificateContext.Create(certificate, options.Intermediates, offline: true);
            _certificate = () => context;
        }
    }

    /// <summary>Shakes hands. The socket is the transport's from here on, or disposed where this throws.</summary>
    public async Task<Transport> OpenAsync(Socket socket, string remote, CancellationToken ct)
    {
        var network = new NetworkStream(socket, ownsSocket: true);
        if (_certificate is null)
        {
            return new Transport(network, remote, null, () => FinishAsync(socket));
        }

        var stream = new SslStream(network, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsServerAsync(Tls(_certificate()), ct);
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

    private SslServerAuthenticationOptions Tls(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        ClientCertificateRequired = _requestClientCertificates,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
#pragma warning disable CA5359 // That the client holds the key is checked by TLS itself; whether the certificate is good and whose it is, the backend says.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    private static Task FinishAsync(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        return Task.CompletedTask;
    }
}
