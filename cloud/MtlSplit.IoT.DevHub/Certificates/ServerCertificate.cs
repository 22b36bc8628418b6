using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.DevHub.Certificates;

/// <summary>
/// The certificate that the hub shows now. A new one is made when less than a third of the present one's time is left; connections that
/// stand keep the old one. Thread-safe.
/// </summary>
/// <param name="authority">Signs it.</param>
/// <param name="hosts">Host names and IP addresses by which the hub is dialled.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where a renewal is told.</param>
internal sealed class ServerCertificate(DevelopmentAuthority authority, IReadOnlyList<string> hosts, TimeProvider time, ILogger<ServerCertificate> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private volatile SslStreamCertificateContext? _current;

    /// <summary>The certificate with its chain.</summary>
    public SslStreamCertificateContext Current => _current ?? Renew();

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate => Current.TargetCertificate;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Renew();
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Renew();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private SslStreamCertificateContext Renew()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_current is { } present && present.TargetCertificate.NotAfter.ToUniversalTime() - now.UtcDateTime > DevelopmentAuthority.ServerLifetime / 3)
            {
                return present;
            }

            var certificate = authority.Issue(hosts, now);
            if (_current is not null)
            {
                Log.Renewed(log, certificate.NotAfter.ToUniversalTime());
            }

            // The old one is not disposed: a handshake may be using it.
            return _current = SslStreamCertificateContext.Create(certificate, [authority.Certificate], offline: true);
        }
    }
}
