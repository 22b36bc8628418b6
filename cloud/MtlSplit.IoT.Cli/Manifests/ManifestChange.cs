using System.Text.Json.Nodes;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary>A difference between two manifests.</summary>
/// <param name="Path">Where, by names with dots.</param>
/// <param name="Before">The value before; null: there was none.</param>
/// <param name="After">The value after; null: there is none.</param>
internal sealed record ManifestChange(string Path, JsonNode? Before, JsonNode? After)
{
    /// <summary>The differences of two objects, by path. Arrays and values are compared whole.</summary>
    public static IReadOnlyList<ManifestChange> Between(JsonObject before, JsonObject after)
    {
        var changes = new List<ManifestChange>();
        Compare("", before, after, changes);
        return changes;
    }

    private static void Compare(string path, JsonObject before, JsonObject after, List<ManifestChange> changes)
    {
        foreach (var name in before.Select(member => member.Key).Union(after.Select(member => member.Key)))
        {
            var place = path.Length == 0 ? name : $"{path}.{name}";
            var (was, now) = (before[name], after[name]);
            if (was is JsonObject one && now is JsonObject other)
            {
                Compare(place, one, other, changes);
            }
            else if (!JsonNode.DeepEquals(was, now))
            {
                changes.Add(new ManifestChange(place, was?.DeepClone(), now?.DeepClone()));
            }
        }
    }
}
