using System.Net.Security;
using System.Security.Authentication;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>Opens byte streams to the broker.</summary>
internal static class BrokerEndpoint
{
    /// <summary>Connects, and speaks TLS over the connection if told to.</summary>
    /// <exception cref="BusConnectException">The broker's certificate is not trusted.</exception>
    public static async Task<Stream> OpenAsync(BusOptions options, CancellationToken ct)
    {
        var plain = await PolledStream.ConnectAsync(options.Host, options.Port, ct);
        return options.Tls is null ? plain : await SecureAsync(plain, options.Tls, options, ct);
    }

    private static async Task<Stream> SecureAsync(PolledStream plain, BusTlsOptions tls, BusOptions options, CancellationToken ct)
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
