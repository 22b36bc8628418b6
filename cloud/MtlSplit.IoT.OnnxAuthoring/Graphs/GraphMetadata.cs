namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>Joins a caller's properties with the ones a writer sets.</summary>
internal static class GraphMetadata
{
    /// <summary>The key that says what a file holds.</summary>
    public const string KindKey = "mtlsplit.kind";

    private const string OwnPrefix = "mtlsplit.";

    /// <exception cref="ArgumentException">The caller's properties claim a key of the writer's.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Join(IReadOnlyDictionary<string, string>? callers, params KeyValuePair<string, string>[] own)
    {
        foreach (var key in callers?.Keys ?? [])
        {
            if (key.StartsWith(OwnPrefix, StringComparison.Ordinal))
            {
                throw new ArgumentException($"The metadata key '{key}' is taken: keys starting with '{OwnPrefix}' are set by the writer.", nameof(callers));
            }
        }

        return own.Concat(callers ?? new Dictionary<string, string>());
    }
}
