using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Broker.Listening;

/// <summary>Makes the server's side of TLS and says who a client's certificate stands for. Thread-safe; dispose after the last connection.</summary>
internal sealed class TlsAcceptor : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly BrokerTlsOptions _options;

    public TlsAcceptor(BrokerTlsOptions options)
    {
        _options = options;
        try
        {
            _certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new BrokerOptionsException("Tls.CertificateFile", $"and Tls.KeyFile do not load from {options.CertificateFile} and {options.KeyFile}: {e.Message}");
        }

        try
        {
            if (options.ClientAuthorityFile is { } file)
            {
                _authorities.ImportFromPemFile(file);
                if (_authorities.Count == 0)
                {
                    throw new System.Security.Cryptography.CryptographicException("it holds no certificate");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            _certificate.Dispose();
            throw new BrokerOptionsException("Tls.ClientAuthorityFile", $"does not load from {options.ClientAuthorityFile}: {e.Message}");
        }
    }

    /// <summary>Shakes hands. Throws AuthenticationException where the client's certificate is missing or not good.</summary>
    public async Task<(SslStream Stream, Principal? Certified)> AcceptAsync(Stream inner, CancellationToken ct)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ClientCertificateRequired = _authorities.Count > 0,
                RemoteCertificateValidationCallback = (_, certificate, sent, _) => Accepts(certificate, sent),
            },
            ct);
        if (stream.RemoteCertificate is not X509Certificate2 shown)
        {
            return (stream, null);
        }

        return (stream, new Principal(VehicleOf(shown), BrokerRole.Vehicle, _options.ClientFleet));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    /// <summary>The device of a module's identity certificate, as IoT Edge issues them; else the common name.</summary>
    private static string VehicleOf(X509Certificate2 certificate)
    {
        foreach (var uri in UrisOf(certificate))
        {
            if (uri.Scheme == "azureiot" && uri.Segments is ["/", "devices/", var device, "modules/", _])
            {
                return Uri.UnescapeDataString(device.TrimEnd('/'));
            }
        }

        return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private static IEnumerable<Uri> UrisOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault()
            ?? (certificate.Extensions["2.5.29.17"] is { } raw ? new X509SubjectAlternativeNameExtension(raw.RawData) : null);
        if (names is null)
        {
            yield break;
        }

        // .NET lists DNS names and addresses only: context tag 6 is a URI.
        var reader = new AsnReader(names.RawData, AsnEncodingRules.DER).ReadSequence();
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag is { TagClass: TagClass.ContextSpecific, TagValue: 6 } && Uri.TryCreate(reader.ReadCharacterString(UniversalTagNumber.IA5String, tag), UriKind.Absolute, out var uri))
            {
                yield return uri;
            }
            else if (tag is not { TagClass: TagClass.ContextSpecific, TagValue: 6 })
            {
                reader.ReadEncodedValue();
            }
        }
    }

    private bool Accepts(X509Certificate? certificate, X509Chain? sent)
    {
        if (certificate is null || _authorities.Count == 0)
        {
            return !_options.RequireClientCertificate;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        // What the client sent between itself and an authority.
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is X509Certificate2 shown && chain.Build(shown) && BusName.IsValid(VehicleOf(shown));
    }
}
