using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>
/// What modules have subscribed to, over the end of edgeHub: SDKs rely on their session and do not subscribe to everything again when they come
/// back. Thread-safe.
/// </summary>
internal sealed class SessionFile(string path, ILogger logger)
{
    private readonly Lock _gate = new();

    /// <summary>What was kept; a damaged file counts as none.</summary>
    public IReadOnlyList<SessionSubscriptions> Read()
    {
        if (PrivateFile.Read(path) is not { } content)
        {
            return [];
        }

        try
        {
            return HubJson.TryParse(content, out var json, out _) && json is JsonArray sessions ? [.. sessions.Select(Read)] : [];
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException)
        {
            Log.TwinUnreadable(logger, path, e.Message);
            return [];
        }
    }

    /// <summary>Keeps these.</summary>
    /// <exception cref="IOException">The disk failed; what was kept before is still there.</exception>
    public void Write(Func<IReadOnlyList<SessionSubscriptions>> sessions)
    {
        lock (_gate)
        {
            PrivateFile.Write(path, HubJson.ToUtf8(new JsonArray([.. sessions().Select(ToJson)])));
        }
    }

    private static SessionSubscriptions Read(JsonNode? json) => new(
        HubIdentity.Parse(json!["client"]!.GetValue<string>()),
        true,
        [.. json["filters"]!.AsObject().Select(filter => new KeyValuePair<string, byte>(filter.Key, filter.Value!.GetValue<byte>()))]);

    private static JsonNode ToJson(SessionSubscriptions session)
    {
        var filters = new JsonObject();
        foreach (var (filter, qos) in session.Filters)
        {
            filters[filter] = qos;
        }

        return new JsonObject { ["client"] = session.Identity.ClientId, ["filters"] = filters };
    }
}
