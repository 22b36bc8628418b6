using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>Opens byte streams to the broker.</summary>
internal static class BrokerEndpoint
{
    /// <summary>
    /// Connects a socket, and TLS over it. The kernel keeps its own buffer sizes: setting them turns off TCP's autotuning, and small ones
    /// let a loopback connection collapse to some fifty messages a second.
    /// </summary>
    public static async Task<Stream> OpenAsync(BusOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, ct);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return options.Tls is null ? plain : await SecureAsync(plain, options.Tls, options.Host, ct);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(NetworkStream plain, BusTlsOptions tls, string host, CancellationToken ct)
    {
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = tls.ServerName ?? host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (tls.CaFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(tls.CaFile);
            authentication.CertificateChainPolicy = policy;
        }

        if (tls.ClientCertificateFile is not null)
        {
            var certificate = X509Certificate2.CreateFromPemFile(tls.ClientCertificateFile, tls.ClientKeyFile);
            authentication.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(authentication, ct);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
