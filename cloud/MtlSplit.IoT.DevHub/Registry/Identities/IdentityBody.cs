using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Registry.Identities;

/// <summary>What a request says of a device or module. What the hub itself decides (etag, generation, times) is passed over in it. Immutable.</summary>
internal sealed record IdentityBody
{
    /// <summary>Whether it may connect; null: not said.</summary>
    public bool? Enabled { get; private init; }

    /// <summary>Why; null: not said.</summary>
    public string? StatusReason { get; private init; }

    /// <summary>How it proves itself; null: not said. Keys may be missing: see <see cref="WithKeys"/>.</summary>
    public Authentication? Authentication { get; private init; }

    /// <summary>Whether it is an edge device; null: not said.</summary>
    public bool? IsEdge { get; private init; }

    /// <summary>Who keeps the module; null: not said.</summary>
    public string? ManagedBy { get; private init; }

    /// <summary>The scope of the edge device above it; null: not said.</summary>
    public string? DeviceScope { get; private init; }

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="HubException">A member is not what it must be, or names another identity.</exception>
    public static IdentityBody Read(JsonObject body, HubIdentity id)
    {
        RequireSame(body, "deviceId", id.DeviceId);
        if (id.ModuleId is { } module)
        {
            RequireSame(body, "moduleId", module);
        }

        var reason = Bodies.Text(body, "statusReason");
        if (reason?.Length > HubLimits.StatusReason)
        {
            throw Bodies.Wrong("statusReason", $"at most {HubLimits.StatusReason} characters");
        }

        return new IdentityBody
        {
            Enabled = Bodies.Text(body, "status") switch
            {
                null => null,
                "enabled" => true,
                "disabled" => false,
                _ => throw Bodies.Wrong("status", "enabled or disabled"),
            },
            StatusReason = reason,
            Authentication = ReadAuthentication(Bodies.Object(body, "authentication")),
            IsEdge = Bodies.Object(body, "capabilities") is { } capabilities ? Bodies.Flag(capabilities, "iotEdge", "capabilities.") : null,
            ManagedBy = Bodies.Text(body, "managedBy"),
            DeviceScope = Bodies.Text(body, "deviceScope"),
        };
    }

    /// <summary>How it proves itself from now on. Empty keys in a request mean those that are there, else new ones.</summary>
    /// <param name="present">How it does so far; null: it is new.</param>
    public Authentication WithKeys(Authentication? present)
    {
        if (Authentication is not { } wanted)
        {
            return present ?? Records.Authentication.NewKeys();
        }

        if (wanted.Kind != AuthenticationKind.Sas || wanted.PrimaryKey is not null)
        {
            return wanted;
        }

        return present is { Kind: AuthenticationKind.Sas } ? present : Records.Authentication.NewKeys();
    }

    private static void RequireSame(JsonObject body, string name, string id)
    {
        if (Bodies.Text(body, name) is { } said && said != id)
        {
            throw Bodies.Invalid($"{name} in the body is '{said}', in the path '{id}'.");
        }
    }

    private static Authentication? ReadAuthentication(JsonObject? body)
    {
        if (body is null)
        {
            return null;
        }

        const string Path = "authentication.";
        var keys = Bodies.Object(body, "symmetricKey", Path);
        var prints = Bodies.Object(body, "x509Thumbprint", Path);
        var primary = ReadThumbprint(prints, "primaryThumbprint");
        var secondary = ReadThumbprint(prints, "secondaryThumbprint");
        var kind = Bodies.Text(body, "type", Path) switch
        {
            // Older clients name no type.
            null or "" => primary is null && secondary is null ? AuthenticationKind.Sas : AuthenticationKind.SelfSigned,
            "sas" => AuthenticationKind.Sas,
            "selfSigned" => AuthenticationKind.SelfSigned,
            "certificateAuthority" => AuthenticationKind.CertificateAuthority,
            "none" => AuthenticationKind.None,
            _ => throw Bodies.Wrong(Path + "type", "sas, selfSigned, certificateAuthority or none"),
        };
        return kind switch
        {
            AuthenticationKind.Sas => ReadKeys(keys),
            AuthenticationKind.SelfSigned => primary is null && secondary is null
                ? throw Bodies.Invalid($"{Path}x509Thumbprint needs a thumbprint where type is selfSigned.")
                : new Authentication { Kind = kind, PrimaryThumbprint = primary, SecondaryThumbprint = secondary },
            _ => new Authentication { Kind = kind },
        };
    }

    private static Authentication ReadKeys(JsonObject? keys)
    {
        var (primary, secondary) = (ReadKey(keys, "primaryKey"), ReadKey(keys, "secondaryKey"));
        if (primary is null != secondary is null)
        {
            throw Bodies.Invalid("authentication.symmetricKey needs both keys, or neither.");
        }

        return new Authentication { Kind = AuthenticationKind.Sas, PrimaryKey = primary, SecondaryKey = secondary };
    }

    private static string? ReadKey(JsonObject? keys, string name)
    {
        const string Path = "authentication.symmetricKey.";
        var text = keys is null ? null : Bodies.Text(keys, name, Path);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[64];
        return text.Length <= 88 && Convert.TryFromBase64String(text, bytes, out var length) && length >= 16 ? text : throw Bodies.Wrong(Path + name, "16 to 64 bytes in base64");
    }

    private static string? ReadThumbprint(JsonObject? prints, string name)
    {
        const string Path = "authentication.x509Thumbprint.";
        var text = prints is null ? null : Bodies.Text(prints, name, Path)?.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text.Length is 40 or 64 && text.All(char.IsAsciiHexDigit) ? text : throw Bodies.Wrong(Path + name, "a SHA-1 or SHA-256 thumbprint in hexadecimal");
    }
}
