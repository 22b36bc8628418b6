using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>How long and how much the hub on the device keeps for others. Immutable.</summary>
/// <param name="TimeToLive">How long a message is kept; null is for ever.</param>
/// <param name="MaxSizeBytes">How much is kept at most; null if not given.</param>
public sealed record StoreAndForwardSpec(TimeSpan? TimeToLive, long? MaxSizeBytes = null)
{
    // What Azure's hub takes if nothing is said.
    private const int DefaultSeconds = 7200;

    /// <summary>The time that applies if a deployment gives none: 2 hours.</summary>
    public static StoreAndForwardSpec Default { get; } = new(TimeSpan.FromSeconds(DefaultSeconds));

    /// <summary>The configuration as a deployment has it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["timeToLiveSecs"] = TimeToLive is null ? -1 : (long)TimeToLive.Value.TotalSeconds };
        if (MaxSizeBytes is not null)
        {
            json["storeLimits"] = new JsonObject { ["maxSizeBytes"] = MaxSizeBytes };
        }

        return json;
    }

    internal static StoreAndForwardSpec Read(StrictObject configuration)
    {
        var seconds = configuration.OptionalWhole("timeToLiveSecs", int.MinValue, int.MaxValue) ?? throw configuration.Fault("timeToLiveSecs", "is missing.");
        var limits = configuration.OptionalObject("storeLimits");
        var bytes = limits?.OptionalWhole("maxSizeBytes", 1, long.MaxValue);
        limits?.End();
        configuration.End();
        return new StoreAndForwardSpec(seconds < 0 ? null : TimeSpan.FromSeconds(seconds), bytes);
    }
}
