using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>Who is connected, as <c>$edgeHub</c> reports it. Thread-safe.</summary>
internal sealed class HubClients(TimeProvider time)
{
    private readonly SortedDictionary<string, (bool Connected, DateTimeOffset? Since, DateTimeOffset? Until)> _clients = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Raised after a change.</summary>
    public event Action? Changed;

    public void Connected(HubIdentity id) => Set(id, before => (true, time.GetUtcNow(), before.Until));

    public void Disconnected(HubIdentity id) => Set(id, before => (false, before.Since, time.GetUtcNow()));

    /// <summary>The identity is gone.</summary>
    public void Forget(HubIdentity id)
    {
        lock (_gate)
        {
            _clients.Remove(id.ClientId);
        }

        Changed?.Invoke();
    }

    public JsonObject ToJson()
    {
        lock (_gate)
        {
            var json = new JsonObject();
            foreach (var (id, client) in _clients)
            {
                var entry = new JsonObject { ["status"] = client.Connected ? "Connected" : "Disconnected" };
                if (client.Since is { } since)
                {
                    entry["lastConnectedTimeUtc"] = since.ToString("O", CultureInfo.InvariantCulture);
                }

                if (client.Until is { } until)
                {
                    entry["lastDisconnectedTimeUtc"] = until.ToString("O", CultureInfo.InvariantCulture);
                }

                json[NameOf(id)] = entry;
            }

            return json;
        }
    }

    // What a twin's name may not hold.
    private static string NameOf(string id) => id.Replace('.', '_').Replace('$', '_').Replace('#', '_');

    private void Set(HubIdentity id, Func<(bool Connected, DateTimeOffset? Since, DateTimeOffset? Until), (bool, DateTimeOffset?, DateTimeOffset?)> change)
    {
        lock (_gate)
        {
            _clients[id.ClientId] = change(_clients.GetValueOrDefault(id.ClientId));
        }

        Changed?.Invoke();
    }
}
