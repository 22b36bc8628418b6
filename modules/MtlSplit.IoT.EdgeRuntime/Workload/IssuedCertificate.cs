using System.Text.Json.Nodes;

namespace MtlSplit.IoT.EdgeRuntime.Workload;

/// <summary>A certificate with its key. Immutable.</summary>
/// <param name="KeyPem">The key, PKCS #8.</param>
/// <param name="ChainPem">The certificate, then the authority's.</param>
/// <param name="Expires">Its end.</param>
internal sealed record IssuedCertificate(string KeyPem, string ChainPem, DateTimeOffset Expires)
{
    /// <summary>As the workload API answers.</summary>
    public JsonObject ToJson() => new()
    {
        ["privateKey"] = new JsonObject { ["type"] = "key", ["bytes"] = KeyPem },
        ["certificate"] = ChainPem,
        ["expiration"] = Expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Never its key.</summary>
    public override string ToString() => $"certificate until {Expires:O}";
}
