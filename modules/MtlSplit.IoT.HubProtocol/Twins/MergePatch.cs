using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Twins;

/// <summary>
/// JSON merge patches (RFC 7396), the language in which twins change: null deletes, objects merge, everything else replaces. Neither
/// argument is changed and the result shares no node with them.
/// </summary>
public static class MergePatch
{
    /// <summary>The target as the patch leaves it.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var result = new JsonObject();
        foreach (var (name, value) in target)
        {
            if (!patch.ContainsKey(name))
            {
                result.Add(name, value?.DeepClone());
            }
            else if (patch[name] is JsonObject nested)
            {
                result.Add(name, Apply(value as JsonObject ?? [], nested));
            }
            else if (patch[name] is { } replacement)
            {
                result.Add(name, replacement.DeepClone());
            }
        }

        foreach (var (name, value) in patch)
        {
            if (value is not null && !target.ContainsKey(name))
            {
                result.Add(name, value is JsonObject nested ? Apply([], nested) : value.DeepClone());
            }
        }

        return result;
    }

    /// <summary>
    /// The smallest patch that turns one object into another; empty if they are equal. A patch cannot set a member to null:
    /// members of <paramref name="to"/> that are null are treated as absent, at every depth of objects.
    /// </summary>
    public static JsonObject Between(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var (name, value) in from)
        {
            // A null member of the origin is deleted too, so that what is left is exactly the target.
            if (!to.TryGetPropertyValue(name, out var wanted) || wanted is null)
            {
                patch.Add(name, null);
                continue;
            }

            if (value is JsonObject before && wanted is JsonObject after)
            {
                var nested = Between(before, after);
                if (nested.Count > 0)
                {
                    patch.Add(name, nested);
                }
            }
            else if (!JsonNode.DeepEquals(value, wanted))
            {
                patch.Add(name, Copy(wanted));
            }
        }

        foreach (var (name, wanted) in to)
        {
            if (wanted is not null && !from.ContainsKey(name))
            {
                patch.Add(name, Copy(wanted));
            }
        }

        return patch;
    }

    private static JsonNode Copy(JsonNode value) => value is JsonObject nested ? Apply([], nested) : value.DeepClone();
}
