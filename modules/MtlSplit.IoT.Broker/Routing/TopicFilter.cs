namespace MtlSplit.IoT.Broker.Routing;

/// <summary>A topic filter taken apart: the shared group, if any, and the filter itself.</summary>
/// <param name="Group">The name after <c>$share/</c>; null for a plain subscription.</param>
/// <param name="Filter">The filter that topics are matched with.</param>
internal readonly record struct TopicFilter(string? Group, string Filter)
{
    /// <summary>More levels than any topic of the bus has; keeps matching shallow whatever a client asks for.</summary>
    public const int MaxLevels = 32;

    private const string Share = "$share/";

    /// <summary>False where the filter breaks MQTT's rules: misplaced wildcards, an empty or wildcarded group, too many levels.</summary>
    public static bool TryParse(string text, out TopicFilter parsed)
    {
        parsed = default;
        string? group = null;
        var filter = text;
        if (text.StartsWith(Share, StringComparison.Ordinal))
        {
            var end = text.IndexOf('/', Share.Length);
            if (end < 0)
            {
                return false;
            }

            group = text[Share.Length..end];
            filter = text[(end + 1)..];
            if (group.Length == 0 || group.AsSpan().IndexOfAny('+', '#') >= 0)
            {
                return false;
            }
        }

        if (!IsValid(filter))
        {
            return false;
        }

        parsed = new TopicFilter(group, filter);
        return true;
    }

    /// <summary>Whether a valid filter matches a topic.</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        if (topic.StartsWith("$") && (filter.StartsWith("+") || filter.StartsWith("#")))
        {
            return false;
        }

        var topicLevels = topic.Split('/');
        foreach (var range in filter.Split('/'))
        {
            var level = filter[range];
            if (level is "#")
            {
                return true;
            }

            if (!topicLevels.MoveNext() || (level is not "+" && !level.SequenceEqual(topic[topicLevels.Current])))
            {
                return false;
            }
        }

        return !topicLevels.MoveNext();
    }

    private static bool IsValid(string filter)
    {
        var levels = 0;
        foreach (var range in filter.AsSpan().Split('/'))
        {
            var level = filter.AsSpan(range);
            if (++levels > MaxLevels || (level.Length > 1 && level.IndexOfAny('+', '#') >= 0) || (level is "#" && range.End.GetOffset(filter.Length) != filter.Length))
            {
                return false;
            }
        }

        return filter.Length > 0;
    }
}
