using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Twins;

/// <summary>
/// Patches that wait for the hub, as few as have the same effect in order. Two merge into one unless the later one goes into what the
/// earlier one put a value or a deletion: merged, it would go into whatever the hub has there. Immutable.
/// </summary>
internal sealed class PendingPatches
{
    private readonly List<JsonObject> _patches;

    public PendingPatches(IEnumerable<JsonObject> patches) => _patches = [.. patches];

    public static PendingPatches None { get; } = new([]);

    public int Count => _patches.Count;

    /// <summary>The oldest. A copy.</summary>
    public JsonObject? First => _patches.Count > 0 ? _patches[0].DeepClone().AsObject() : null;

    /// <summary>All of them, oldest first. Copies.</summary>
    public IEnumerable<JsonObject> All => _patches.Select(patch => patch.DeepClone().AsObject());

    /// <summary>With one more; the first <paramref name="fixedCount"/> are on their way and stay as they are.</summary>
    public PendingPatches With(JsonObject patch, int fixedCount) => _patches.Count > fixedCount && TryMerge(_patches[^1], patch, out var merged)
        ? new PendingPatches([.. _patches[..^1], merged])
        : new PendingPatches([.. _patches, patch.DeepClone().AsObject()]);

    /// <summary>Without the oldest.</summary>
    public PendingPatches WithoutFirst() => new(_patches.Skip(1));

    /// <summary>What properties are after all patches.</summary>
    public JsonObject ApplyTo(JsonObject properties) => _patches.Aggregate(properties.DeepClone().AsObject(), (now, patch) => MergePatch.Apply(now, patch.DeepClone().AsObject()));

    private static bool TryMerge(JsonObject first, JsonObject second, out JsonObject merged)
    {
        merged = first.DeepClone().AsObject();
        foreach (var (name, value) in second)
        {
            if (value is JsonObject later && merged.ContainsKey(name))
            {
                if (merged[name] is not JsonObject earlier || !TryMerge(earlier, later, out var nested))
                {
                    return false;
                }

                merged[name] = nested;
            }
            else
            {
                merged[name] = value?.DeepClone();
            }
        }

        return true;
    }
}
