using System.Text.Json.Nodes;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>Subscriptions that outlive their connections, so that clients find them after the hub restarts. Thread-safe.</summary>
internal sealed class SessionTable(HubDatabase database)
{
    private const string Upsert = "INSERT INTO sessions (client, subscriptions) VALUES ($0, $1) ON CONFLICT (client) DO UPDATE SET subscriptions = excluded.subscriptions";

    /// <summary>All of them.</summary>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    public IReadOnlyList<SessionSubscriptions> ReadAll() => database.Read("SELECT client, subscriptions FROM sessions", static row => new SessionSubscriptions(
        HubIdentity.Parse(row.GetString(0)), true, [.. row.Json(1).Select(filter => KeyValuePair.Create(filter.Key, filter.Value!.GetValue<byte>()))]));

    /// <summary>Keeps a client's subscriptions, or forgets them where they end with its connection.</summary>
    /// <exception cref="StoreException">The database cannot be written.</exception>
    public void Put(SessionSubscriptions session)
    {
        var kept = session is { Persistent: true, Filters.Count: > 0 };
        database.Write(writer =>
        {
            if (kept)
            {
                writer.Run(Upsert, session.Identity.ClientId, new JsonObject(session.Filters.Select(filter => KeyValuePair.Create(filter.Key, (JsonNode?)filter.Value))).ToJsonString());
            }
            else
            {
                writer.Run("DELETE FROM sessions WHERE client = $0", session.Identity.ClientId);
            }
        });
    }
}
