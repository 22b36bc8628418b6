using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Access;

/// <summary>Checks that a client is the device or module that it says it is. Thread-safe.</summary>
internal sealed class ClientProof(AccessPolicies policies, HubHosts hosts, DeviceAuthorities authorities, TimeProvider time)
{
    /// <summary>How far a client's clock may be behind.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Checks a token, or a certificate where there is none.</summary>
    /// <param name="entry">Who the client says it is; its device is enabled.</param>
    /// <param name="token">A shared access signature; null or empty: none.</param>
    /// <param name="certificate">What it showed in the TLS handshake, whose key it has.</param>
    public Proof Check(HubEntry entry, string? token, X509Certificate2? certificate)
    {
        if (!string.IsNullOrEmpty(token))
        {
            return CheckToken(entry, token);
        }

        return certificate is null ? Proof.Refused("neither a token nor a certificate was shown") : CheckCertificate(entry, certificate);
    }

    /// <summary>Whether one of two base64 keys signed a token.</summary>
    public static bool IsSigned(SasToken token, string? primaryKey, string? secondaryKey) => Signs(primaryKey, token) || Signs(secondaryKey, token);

    private static bool Signs(string? key, SasToken token) => !string.IsNullOrEmpty(key) && token.IsSignedWith(Convert.FromBase64String(key));

    private static bool IsThumbprint(string? expected, X509Certificate2 certificate)
    {
        if (string.IsNullOrEmpty(expected))
        {
            return false;
        }

        var hash = expected.Length == 2 * SHA1.HashSizeInBytes ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        return CryptographicOperations.FixedTimeEquals(Convert.FromHexString(expected), certificate.GetCertHash(hash));
    }

    private Proof CheckToken(HubEntry entry, string text)
    {
        if (!SasToken.TryParse(text, out var token))
        {
            return Proof.Refused("the token is malformed");
        }

        if (token.IsExpired(time.GetUtcNow(), ClockSkew))
        {
            return Proof.Refused("the token has expired");
        }

        var fault = token.KeyName is { } name ? FaultOfPolicyToken(entry.Id, token, name) : FaultOfOwnToken(entry, token);
        return fault is null ? Proof.Given(DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt)) : Proof.Refused(fault);
    }

    private string? FaultOfOwnToken(HubEntry entry, SasToken token)
    {
        var proof = entry.Identity.Authentication;
        if (proof.Kind != AuthenticationKind.Sas)
        {
            return $"it proves itself by {proof.Kind}, not by a token";
        }

        return !hosts.Cover(token, entry.Id) ? "the token is for another resource"
            : !IsSigned(token, proof.PrimaryKey, proof.SecondaryKey) ? "the token is not signed with its key" : null;
    }

    private string? FaultOfPolicyToken(HubIdentity id, SasToken token, string name)
    {
        if (policies.Find(name) is not { } policy || !IsSigned(token, policy.PrimaryKey, policy.SecondaryKey))
        {
            return "the token is not signed with the policy's key";
        }

        var path = $"/devices/{Uri.EscapeDataString(id.DeviceId)}{(id.ModuleId is { } module ? $"/modules/{Uri.EscapeDataString(module)}" : "")}";
        return !policy.Rights.HasFlag(AccessRights.DeviceConnect) ? $"the policy {policy.Name} lacks {AccessRights.DeviceConnect}"
            : !hosts.Cover(token, path) ? "the token is for another resource" : null;
    }

    private Proof CheckCertificate(HubEntry entry, X509Certificate2 certificate)
    {
        var proof = entry.Identity.Authentication;
        var now = time.GetUtcNow();
        if (now < certificate.NotBefore || now > certificate.NotAfter)
        {
            return Proof.Refused("the certificate is not valid now");
        }

        switch (proof.Kind)
        {
            case AuthenticationKind.SelfSigned:
                return IsThumbprint(proof.PrimaryThumbprint, certificate) || IsThumbprint(proof.SecondaryThumbprint, certificate)
                    ? Proof.Given(null)
                    : Proof.Refused("the certificate has another thumbprint");
            case AuthenticationKind.CertificateAuthority:
                // A module's common name carries its device, so that modules of one name on two devices stay apart.
                return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != entry.Id.ClientId
                    ? Proof.Refused($"the certificate's common name is not {entry.Id.ClientId}")
                    : authorities.FaultOf(certificate, now) is { } fault ? Proof.Refused(fault) : Proof.Given(null);
            default:
                return Proof.Refused($"it proves itself by {proof.Kind}, not by a certificate");
        }
    }
}
