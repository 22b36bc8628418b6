using System.Diagnostics.CodeAnalysis;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>
/// The module's credential for another broker than the hub, such as the fleet's: its identity certificate from the workload API, and trust.
/// Give <see cref="FetchAsync"/> to <see cref="BusOptions.Credentials"/>: the connection then proves itself by the certificate and is
/// replaced in order by one with a new certificate after <see cref="RenewAtShare"/> of its life. Thread-safe.
/// </summary>
/// <param name="workload">Makes the certificates.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle, and connections may still ask after whoever made this is gone.")]
public sealed class IdentityCertificateSource(WorkloadClient workload, TimeProvider time)
{
    /// <summary>How much of a certificate's life is used: 0.8.</summary>
    public const double RenewAtShare = 0.8;

    // A certificate that comes with its renewal due, as with a clock that is wrong, does not keep the daemon busy.
    private static readonly TimeSpan ShortestUse = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private WorkloadCertificate? _certificate;
    private DateTimeOffset _renewAt;

    /// <summary>User name beside the certificate; null: none.</summary>
    public string? Username { get; init; }

    /// <summary>Certificates that may have signed the broker's, PEM; null: the workload API's trust bundle.</summary>
    public string? AuthoritiesPem { get; init; }

    /// <summary>The name that the broker's certificate must carry; null: the one dialled.</summary>
    public string? ServerName { get; init; }

    /// <summary>The credential to connect with now. The certificate is kept until it is due; the trust bundle is asked for every time.</summary>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="BusConnectException">The workload API does not give it, which names why.</exception>
    public async ValueTask<BusCredentials> FetchAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_certificate is null || _renewAt <= time.GetUtcNow())
            {
                _certificate = await workload.IdentityCertificateAsync(expires: null, ct);
                var due = _certificate.ValidFrom + ((_certificate.ExpiresAt - _certificate.ValidFrom) * RenewAtShare);
                var soonest = time.GetUtcNow() + ShortestUse;
                _renewAt = due > soonest ? due : soonest;
            }

            return new BusCredentials
            {
                Username = Username,
                RenewAt = _renewAt,
                Tls = new BusTlsOptions
                {
                    CaPem = AuthoritiesPem ?? await workload.TrustBundleAsync(ct),
                    ClientCertificatePem = _certificate.CertificatePem,
                    ClientKeyPem = _certificate.PrivateKeyPem,
                    ServerName = ServerName,
                },
            };
        }
        catch (WorkloadException error)
        {
            throw new BusConnectException(error.Message, error);
        }
        finally
        {
            _one.Release();
        }
    }
}
