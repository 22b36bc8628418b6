using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MtlSplit.IoT.HubProtocol.Identities;

/// <summary>
/// A shared access signature: what it covers, until when, and the proof. The proof is over the text of the resource exactly as
/// it stands in the token, because encoders differ; <see cref="Resource"/> is therefore never decoded or encoded again.
/// Immutable. Its text is a credential: keep it out of logs.
/// </summary>
public sealed record SasToken
{
    private const string Scheme = "SharedAccessSignature ";

    private static readonly long LatestExpiry = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private SasToken(string resource, string signature, long expiresAt, string? keyName)
    {
        Resource = resource;
        Signature = signature;
        ExpiresAt = expiresAt;
        KeyName = keyName;
    }

    /// <summary>The resource (<c>sr</c>): the percent-encoded text exactly as in the token.</summary>
    public string Resource { get; }

    /// <summary>The HMAC-SHA256 (<c>sig</c>), base64.</summary>
    public string Signature { get; }

    /// <summary>When it ends (<c>se</c>), seconds since 1970 UTC.</summary>
    public long ExpiresAt { get; }

    /// <summary>The policy whose key signed it (<c>skn</c>); null for a device's or module's own key.</summary>
    public string? KeyName { get; }

    /// <summary>Signs a token.</summary>
    /// <param name="resource">The resource as it shall stand in the token: percent-encoded, as <see cref="ResourceOf"/> makes it.</param>
    /// <param name="key">The key's bytes (the base64 of the registry decoded).</param>
    /// <param name="expires">When it ends; fractions of a second are dropped.</param>
    /// <param name="keyName">The policy's name, for the service's tokens.</param>
    /// <exception cref="ArgumentException">The resource is empty or holds a character that must be encoded.</exception>
    public static SasToken Create(string resource, ReadOnlySpan<byte> key, DateTimeOffset expires, string? keyName = null)
    {
        var seconds = expires.ToUnixTimeSeconds();
        return WithSignature(resource, seconds, Convert.ToBase64String(HMACSHA256.HashData(key, BytesToSign(resource, seconds))), keyName);
    }

    /// <summary>Makes a token of a signature made elsewhere, such as by the workload API over <see cref="BytesToSign"/>.</summary>
    /// <param name="resource">The resource as it was signed.</param>
    /// <param name="expires">When it ends, seconds since 1970 UTC.</param>
    /// <param name="signatureBase64">The HMAC-SHA256, base64.</param>
    /// <param name="keyName">The policy's name, for the service's tokens.</param>
    /// <exception cref="ArgumentException">A part cannot stand in a token.</exception>
    public static SasToken WithSignature(string resource, long expires, string signatureBase64, string? keyName)
    {
        if (!IsResource(resource))
        {
            throw new ArgumentException($"The resource '{resource}' must be percent-encoded text without spaces, '&' or line breaks.", nameof(resource));
        }

        if (expires < 0 || expires > LatestExpiry)
        {
            throw new ArgumentOutOfRangeException(nameof(expires), expires, "Seconds since 1970, within the calendar.");
        }

        return IsBase64(signatureBase64)
            ? new SasToken(resource, signatureBase64, expires, keyName)
            : throw new ArgumentException("The signature is not base64.", nameof(signatureBase64));
    }

    /// <summary>
    /// Reads a token: <c>SharedAccessSignature</c> and then <c>sr</c>, <c>sig</c>, <c>se</c> and perhaps <c>skn</c> in any order.
    /// Unknown fields are passed over; a missing or repeated one, or one that cannot be read, refuses the token. Never throws.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SasToken? token)
    {
        token = null;
        if (text is null || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string? resource = null, signature = null, expiry = null, keyName = null;
        foreach (var field in text[Scheme.Length..].Trim().Split('&'))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                return false;
            }

            var value = field[(equals + 1)..];
            var isFirst = field[..equals] switch
            {
                "sr" => Take(ref resource, value),
                "sig" => Take(ref signature, Uri.UnescapeDataString(value)),
                "se" => Take(ref expiry, value),
                "skn" => Take(ref keyName, Uri.UnescapeDataString(value)),
                _ => true,
            };
            if (!isFirst)
            {
                return false;
            }
        }

        if (!IsResource(resource) || !IsBase64(signature) || !long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var expires) || expires > LatestExpiry)
        {
            return false;
        }

        // Policies without a name do not exist; some clients send the field empty.
        token = new SasToken(resource, signature, expires, string.IsNullOrEmpty(keyName) ? null : keyName);
        return true;
    }

    /// <summary>What is signed: the resource as in the token, a line feed, the expiry; UTF-8.</summary>
    public static byte[] BytesToSign(string resource, long expires) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{resource}\n{expires}"));

    /// <summary>
    /// The resource of an identity's own tokens. Ids are encoded once by themselves and once with the whole, as the .NET SDK does:
    /// only so is an id that holds <c>%</c> unambiguous.
    /// </summary>
    public static string ResourceOf(string host, HubIdentity identity)
    {
        var path = $"{host}/devices/{Uri.EscapeDataString(identity.DeviceId)}";
        return Uri.EscapeDataString(identity.IsModule ? $"{path}/modules/{Uri.EscapeDataString(identity.ModuleId)}" : path);
    }

    /// <summary>Whether the token was signed with a key. Takes the same time wherever the signatures differ.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, BytesToSign(Resource, ExpiresAt), expected);
        return CryptographicOperations.FixedTimeEquals(expected, Convert.FromBase64String(Signature));
    }

    /// <summary>Whether the token has ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="skew">How far clocks may differ in the client's favour; the hub grants 5 minutes.</param>
    public bool IsExpired(DateTimeOffset now, TimeSpan skew) => now.UtcTicks - skew.Ticks >= DateTimeOffset.FromUnixTimeSeconds(ExpiresAt).UtcTicks;

    /// <summary>
    /// Whether the token is meant for an identity: <c>host/devices/{d}</c> or <c>host/devices/{d}/modules/{m}</c>, ignoring case, with
    /// ids encoded once or twice. A port after the token's host is passed over where <paramref name="host"/> has none.
    /// </summary>
    /// <param name="host">The hub's name, or the edge device's; call once for each that is accepted.</param>
    /// <param name="identity">Who presents the token.</param>
    /// <param name="allowDeviceAudience">Whether a module may present a token of its device.</param>
    public bool Covers(string host, HubIdentity identity, bool allowDeviceAudience = false)
    {
        var parts = Uri.UnescapeDataString(Resource).Split('/');
        if (parts.Length is not (3 or 5) || !IsHost(parts[0], host) || !Same(parts[1], "devices") || !IsId(parts[2], identity.DeviceId))
        {
            return false;
        }

        return parts.Length == 5
            ? Same(parts[3], "modules") && identity.IsModule && IsId(parts[4], identity.ModuleId)
            : !identity.IsModule || allowDeviceAudience;
    }

    /// <summary>
    /// Whose token this may be, for requests that do not say who makes them: the identity in the resource, with ids decoded once, and where that
    /// is another one, twice. Empty for a token of the service. Only <see cref="IsSignedWith"/> says whether it is theirs.
    /// </summary>
    public IReadOnlyList<HubIdentity> Candidates()
    {
        var parts = Uri.UnescapeDataString(Resource).Split('/');
        if (parts.Length is not (3 or 5) || !Same(parts[1], "devices") || (parts.Length == 5 && !Same(parts[3], "modules")))
        {
            return [];
        }

        List<HubIdentity> found = [];
        foreach (var decode in (ReadOnlySpan<Func<string, string>>)[Uri.UnescapeDataString, static id => id])
        {
            if (HubIdentity.TryCreate(decode(parts[2]), parts.Length == 5 ? decode(parts[4]) : null, out var identity) && !found.Contains(identity))
            {
                found.Add(identity);
            }
        }

        return found;
    }

    /// <summary>
    /// Whether a token of the service covers a request: its resource is the host, or the host and the first segments of the path.
    /// Segments are compared whole, decoded and ignoring case.
    /// </summary>
    /// <param name="host">The hub's name.</param>
    /// <param name="path">The request's path, such as <c>/devices/d1/modules</c>, without the query.</param>
    public bool CoversPath(string host, string path)
    {
        var prefix = Uri.UnescapeDataString(Resource).TrimEnd('/').Split('/');
        var segments = path.Trim('/').Split('/');
        if (!IsHost(prefix[0], host) || prefix.Length - 1 > segments.Length)
        {
            return false;
        }

        for (var i = 1; i < prefix.Length; i++)
        {
            if (!IsId(prefix[i], Uri.UnescapeDataString(segments[i - 1])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The token's text, ready to be a password or an Authorization header.</summary>
    public override string ToString()
    {
        var name = KeyName is null ? "" : $"&skn={Uri.EscapeDataString(KeyName)}";
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}sr={Resource}&sig={Uri.EscapeDataString(Signature)}&se={ExpiresAt}{name}");
    }

    private static bool Take(ref string? field, string value)
    {
        var isFirst = field is null;
        field = value;
        return isFirst;
    }

    private static bool IsResource([NotNullWhen(true)] string? text) =>
        !string.IsNullOrEmpty(text) && !text.Any(c => c is '&' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static bool IsBase64([NotNullWhen(true)] string? text) =>
        !string.IsNullOrEmpty(text) && Convert.TryFromBase64String(text, new byte[(text.Length * 3 / 4) + 3], out _);

    private static bool IsHost(string audience, string host) =>
        Same(audience, host) || (!host.Contains(':', StringComparison.Ordinal) && Same(WithoutPort(audience), host));

    private static string WithoutPort(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > 0 && colon < host.Length - 1 && host.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? host[..colon] : host;
    }

    private static bool IsId(string audience, string id) => Same(audience, id) || Same(Uri.UnescapeDataString(audience), id);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
