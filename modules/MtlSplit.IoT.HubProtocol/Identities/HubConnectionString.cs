using System.Diagnostics.CodeAnalysis;
using System.Text;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.HubProtocol.Identities;

/// <summary>
/// How to reach a hub and as whom: <c>HostName=…;DeviceId=…;ModuleId=…;SharedAccessKey=…</c>. What is parsed is consistent: one
/// way of proving the identity, ids that are valid, a key that is base64. Immutable. Its text holds a secret: keep it out of logs.
/// </summary>
public sealed record HubConnectionString
{
    /// <summary>The hub's name, perhaps with a port; what tokens are made for.</summary>
    public required string HostName { get; init; }

    /// <summary>The device; null in a connection string of the service.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The module; null for a device or the service.</summary>
    public string? ModuleId { get; init; }

    /// <summary>The key, base64.</summary>
    public string? SharedAccessKey { get; init; }

    /// <summary>The policy that the key belongs to; null for a device's or module's own key.</summary>
    public string? SharedAccessKeyName { get; init; }

    /// <summary>A ready token in place of a key.</summary>
    public string? SharedAccessSignature { get; init; }

    /// <summary>The host to dial in place of <see cref="HostName"/>, perhaps with a port: the edge device.</summary>
    public string? GatewayHostName { get; init; }

    /// <summary>Whether a certificate proves the identity, not a key.</summary>
    public bool X509 { get; init; }

    /// <summary>The device or module; null in a connection string of the service.</summary>
    public HubIdentity? Identity => DeviceId is null ? null : new HubIdentity(DeviceId, ModuleId);

    /// <summary>
    /// Reads a connection string. Keys are taken ignoring case, in any order; a value may hold <c>=</c>, and <c>;</c> where no
    /// <c>name=</c> follows.
    /// </summary>
    /// <exception cref="HubFormatException">A key is missing, unknown, repeated, contradicts another or has an unusable value; its message names the key.</exception>
    public static HubConnectionString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in Pairs(text))
        {
            var name = string.Equals(key, "x509cert", StringComparison.OrdinalIgnoreCase) ? "x509" : key;
            if (!values.TryAdd(name, value))
            {
                throw Fault(key, "is given twice");
            }
        }

        string? Taken(string key) => values.Remove(key, out var value) ? value : null;

        var parsed = new HubConnectionString
        {
            HostName = Taken(nameof(HostName)) ?? throw Fault(nameof(HostName), "is missing"),
            DeviceId = Taken(nameof(DeviceId)),
            ModuleId = Taken(nameof(ModuleId)),
            SharedAccessKey = Taken(nameof(SharedAccessKey)),
            SharedAccessKeyName = Taken(nameof(SharedAccessKeyName)),
            SharedAccessSignature = Taken(nameof(SharedAccessSignature)),
            GatewayHostName = Taken(nameof(GatewayHostName)),
            X509 = ReadFlag(Taken("x509")),
        };
        if (values.Count > 0)
        {
            throw Fault(values.Keys.First(), "is not a key of a connection string");
        }

        parsed.Check();
        return parsed;
    }

    /// <summary>Reads a connection string; the fault names the key that is wrong. Never throws.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HubConnectionString? parsed, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            parsed = Parse(text ?? "");
            fault = null;
            return true;
        }
        catch (HubFormatException exception)
        {
            parsed = null;
            fault = exception.Message;
            return false;
        }
    }

    /// <summary>The connection string's text, secret included.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("HostName=").Append(HostName);
        Append(text, nameof(DeviceId), DeviceId);
        Append(text, nameof(ModuleId), ModuleId);
        Append(text, nameof(SharedAccessKeyName), SharedAccessKeyName);
        Append(text, nameof(SharedAccessKey), SharedAccessKey);
        Append(text, nameof(SharedAccessSignature), SharedAccessSignature);
        Append(text, nameof(GatewayHostName), GatewayHostName);
        Append(text, "x509", X509 ? "true" : null);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(';').Append(key).Append('=').Append(value);
        }
    }

    private static List<(string Key, string Value)> Pairs(string text)
    {
        var pairs = new List<(string Key, string Value)>();
        foreach (var part in text.Trim().TrimEnd(';').Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                pairs.Add((part[..equals].Trim(), part[(equals + 1)..]));
            }
            else if (pairs.Count > 0)
            {
                var (key, value) = pairs[^1];
                pairs[^1] = (key, $"{value};{part}");
            }
            else
            {
                throw new HubFormatException("connection string", "A connection string is key=value pairs joined by ';', such as HostName=…;DeviceId=…;SharedAccessKey=….");
            }
        }

        return pairs;
    }

    private static bool ReadFlag(string? text) => text is null
        ? false
        : bool.TryParse(text, out var flag) ? flag : throw Fault("x509", "must be true or false");

    private static HubFormatException Fault(string key, string problem) => new(key, $"{key} in the connection string {problem}.");

    private static void CheckHost(string key, string? host)
    {
        if (host is not null && (host.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown) && !IsHostAndPort(host))
        {
            throw Fault(key, $"must be a host name, perhaps with a port, not '{host}'");
        }
    }

    private static bool IsHostAndPort(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(host.AsSpan(colon + 1), out _) && Uri.CheckHostName(host[..colon]) != UriHostNameType.Unknown;
    }

    private static void CheckId(string key, string? id)
    {
        if (id is not null && !HubIdentity.IsValidId(id))
        {
            throw Fault(key, $"is not a valid id: '{id}'");
        }
    }

    private void Check()
    {
        CheckHost(nameof(HostName), HostName);
        CheckHost(nameof(GatewayHostName), GatewayHostName);
        CheckId(nameof(DeviceId), DeviceId);
        CheckId(nameof(ModuleId), ModuleId);
        if (ModuleId is not null && DeviceId is null)
        {
            throw Fault(nameof(DeviceId), "is missing beside ModuleId");
        }

        if (SharedAccessKey is not null && (SharedAccessKey.Length == 0 || !Convert.TryFromBase64String(SharedAccessKey, new byte[SharedAccessKey.Length], out _)))
        {
            throw Fault(nameof(SharedAccessKey), "is not base64");
        }

        if (SharedAccessSignature is not null && !SasToken.TryParse(SharedAccessSignature, out _))
        {
            throw Fault(nameof(SharedAccessSignature), "is not a shared access signature");
        }

        if (SharedAccessKey is not null && SharedAccessSignature is not null)
        {
            throw Fault(nameof(SharedAccessSignature), "excludes SharedAccessKey");
        }

        if (X509 && (SharedAccessKey ?? SharedAccessSignature) is not null)
        {
            throw Fault("x509", "excludes SharedAccessKey and SharedAccessSignature");
        }

        if (!X509 && (SharedAccessKey ?? SharedAccessSignature) is null)
        {
            throw Fault(nameof(SharedAccessKey), "is missing; SharedAccessSignature or x509=true would do as well");
        }

        if (DeviceId is null && SharedAccessKeyName is null && SharedAccessSignature is null)
        {
            throw Fault(nameof(DeviceId), "is missing; a connection string of the service has SharedAccessKeyName instead");
        }
    }
}
