using System.Net.Security;

namespace MtlSplit.IoT.DevHub.Certificates;

/// <summary>
/// The certificate that the hub shows now. The first one that is asked for when less than a third of
/// the present one's time is left is new; connections that stand keep the old one. Thread-safe.
/// </summary>
/// <param name="authority">Signs it.</param>
/// <param name="hosts">Host names and IP addresses by which the hub is dialled.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where a renewal is told.</param>
internal sealed class ServerCertificate(DevelopmentAuthority authority, IReadOnlyList<string> hosts, TimeProvider time, ILogger<ServerCertificate> log)
{
    private readonly Lock _gate = new();
    private volatile SslStreamCertificateContext? _current;

    /// <summary>The certificate with its chain.</summary>
    public SslStreamCertificateContext Current => _current is { } present && !IsDue(present) ? present : Renew();

    private bool IsDue(SslStreamCertificateContext present) =>
        present.TargetCertificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime <= DevelopmentAuthority.ServerLifetime / 3;

    private SslStreamCertificateContext Renew()
    {
        lock (_gate)
        {
            if (_current is { } present && !IsDue(present))
            {
                return present;
            }

            var certificate = authority.Issue(hosts, time.GetUtcNow());
            if (_current is not null)
            {
                Log.Renewed(log, certificate.NotAfter.ToUniversalTime());
            }

            // The old one is not disposed: a handshake may be using it.
            return _current = SslStreamCertificateContext.Create(certificate, [authority.Certificate], offline: true);
        }
    }
}
