using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.DevHub.Connecting;

/// <summary>A message that arrived. Immutable.</summary>
/// <param name="Number">Rises by one with each message of any sender since the hub started.</param>
/// <param name="Enqueued">When it arrived.</param>
/// <param name="From">Who sent it.</param>
/// <param name="Message">What it is.</param>
internal sealed record HubEvent(long Number, DateTimeOffset Enqueued, HubIdentity From, HubMessage Message)
{
    /// <summary>The event in JSON; its body is base64.</summary>
    public JsonObject ToJson()
    {
        JsonObject properties = [], system = [];
        foreach (var (name, value) in Message.Properties)
        {
            properties[name] = value;
        }

        foreach (var (name, value) in Message.ToBag().Where(pair => pair.Key.StartsWith("$.", StringComparison.Ordinal)))
        {
            system[name] = value;
        }

        return new JsonObject
        {
            ["number"] = Number,
            ["enqueuedTimeUtc"] = Enqueued.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["deviceId"] = From.DeviceId,
            ["moduleId"] = From.ModuleId,
            ["systemProperties"] = system,
            ["properties"] = properties,
            ["body"] = Convert.ToBase64String(Message.Body.Span),
        };
    }
}
