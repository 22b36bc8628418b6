using System.Diagnostics.CodeAnalysis;

namespace MtlSplit.IoT.HubProtocol.Identities;

/// <summary>
/// The user name of a hub's MQTT client: <c>{host}/{device}[/{module}]/?api-version=…</c>. Ids stand in it as they are; what follows
/// the question mark is percent-encoded.
/// </summary>
/// <param name="Host">The hub's name as the client has it, or the edge device's. Not proof of anything.</param>
/// <param name="Identity">Who connects.</param>
/// <param name="ApiVersion">The version of the protocol that the client names, a date; never empty.</param>
/// <param name="ClientType">The SDK and its version; null if not given.</param>
/// <param name="ModelId">The digital twin's model; null if not given.</param>
public sealed record MqttUsername(string Host, HubIdentity Identity, string ApiVersion, string? ClientType = null, string? ModelId = null)
{
    private const string VersionField = "api-version";
    private const string ClientTypeField = "DeviceClientType";
    private const string ModelIdField = "model-id";

    /// <summary>Reads a user name. The question mark may be missing, unknown fields are passed over. Never throws; the fault says what is wrong.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out MqttUsername? username, [NotNullWhen(false)] out string? fault)
    {
        username = null;
        var segments = (text ?? "").Split('/');
        if (segments.Length is not (3 or 4))
        {
            fault = $"A user name has 3 segments for a device and 4 for a module, host/device[/module]/?api-version=…; this one has {segments.Length}.";
            return false;
        }

        if (segments[0].Length == 0)
        {
            fault = "The user name has no host.";
            return false;
        }

        if (!HubIdentity.TryCreate(segments[1], segments.Length == 4 ? segments[2] : null, out var identity))
        {
            fault = "The user name holds an invalid device or module id.";
            return false;
        }

        string? version = null, clientType = null, model = null;
        var query = segments[^1].AsSpan();
        query = query.StartsWith("?") ? query[1..] : query;
        foreach (var range in query.Split('&'))
        {
            var field = query[range].ToString();
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            var value = equals < 0 ? "" : Uri.UnescapeDataString(field[(equals + 1)..]);
            switch (equals < 0 ? field : field[..equals])
            {
                case VersionField when version is null: version = value; break;
                case VersionField:
                    fault = "The user name gives api-version twice.";
                    return false;
                case ClientTypeField: clientType = value; break;
                case ModelIdField: model = value; break;
            }
        }

        if (string.IsNullOrEmpty(version))
        {
            fault = "The user name has no api-version.";
            return false;
        }

        username = new MqttUsername(segments[0], identity, version, clientType, model);
        fault = null;
        return true;
    }

    /// <summary>The user name's text.</summary>
    public override string ToString()
    {
        var clientType = ClientType is null ? "" : $"&{ClientTypeField}={Uri.EscapeDataString(ClientType)}";
        var model = ModelId is null ? "" : $"&{ModelIdField}={Uri.EscapeDataString(ModelId)}";
        return $"{Host}/{Identity}/?{VersionField}={Uri.EscapeDataString(ApiVersion)}{clientType}{model}";
    }
}
