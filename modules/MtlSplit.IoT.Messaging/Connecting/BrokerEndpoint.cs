using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>Opens byte streams to the broker.</summary>
internal static class BrokerEndpoint
{
    /// <summary>Connects, and speaks TLS over the connection if told to.</summary>
    public static async Task<Stream> OpenAsync(BusOptions options, CancellationToken ct)
    {
        var plain = await PolledStream.ConnectAsync(options.Host, options.Port, ct);
        return options.Tls is null ? plain : await SecureAsync(plain, options.Tls, options.Host, ct);
    }

    private static async Task<Stream> SecureAsync(PolledStream plain, BusTlsOptions tls, string host, CancellationToken ct)
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
