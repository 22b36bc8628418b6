using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.DevHub.Access;

/// <summary>The authorities whose certificates prove a device or module. Thread-safe.</summary>
internal sealed class DeviceAuthorities
{
    private readonly X509Certificate2Collection _roots = [];

    /// <summary>Trusts these and no others; none: no certificate of an authority proves anything.</summary>
    public DeviceAuthorities(IEnumerable<X509Certificate2> roots) => _roots.AddRange(roots.ToArray());

    /// <summary>Reads the authorities of PEM files.</summary>
    /// <exception cref="IOException">A file cannot be read or holds no certificate; the message names it.</exception>
    public static DeviceAuthorities FromFiles(IEnumerable<string> files)
    {
        X509Certificate2Collection all = [];
        foreach (var file in files)
        {
            try
            {
                var before = all.Count;
                all.ImportFromPemFile(file);
                if (all.Count == before)
                {
                    throw new IOException($"{file} holds no certificate in PEM.");
                }
            }
            catch (CryptographicException e)
            {
                throw new IOException($"{file} holds no certificate in PEM: {e.Message}", e);
            }
        }

        return new DeviceAuthorities(all);
    }

    /// <summary>Why a certificate proves nothing; null: it is of one of the authorities and valid now.</summary>
    public string? FaultOf(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (_roots.Count == 0)
        {
            return "the hub trusts no authority for devices";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        // Nobody publishes revocations for a development authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(certificate) ? null : string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation.TrimEnd()).DefaultIfEmpty("the chain cannot be built"));
    }
}
