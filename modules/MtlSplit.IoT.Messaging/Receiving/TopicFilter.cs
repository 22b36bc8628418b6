using System.Text;

namespace MtlSplit.IoT.Messaging.Receiving;

/// <summary>A topic filter: what it matches, and whether it is one at all.</summary>
internal sealed class TopicFilter
{
    private const string Shared = "$share/";

    private readonly string _levels;

    private TopicFilter(string text, string levels)
    {
        Text = text;
        _levels = levels;
    }

    /// <summary>The filter as written, group included.</summary>
    public string Text { get; }

    /// <summary>It belongs to a group of which one member gets each message.</summary>
    public bool IsShared => _levels.Length != Text.Length;

    /// <summary>Parses a filter.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="filter">The parsed one.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(string text, out TopicFilter filter, out string fault)
    {
        filter = null!;
        var levels = text;
        if (text.StartsWith(Shared, StringComparison.Ordinal))
        {
            var end = text.IndexOf('/', Shared.Length);
            if (end <= Shared.Length || text.AsSpan(Shared.Length, end - Shared.Length).IndexOfAny('+', '#') >= 0)
            {
                fault = "a shared filter is $share/{group}/{filter}, with a group that has no wildcard";
                return false;
            }

            levels = text[(end + 1)..];
        }

        fault = FaultOf(levels);
        if (fault.Length > 0)
        {
            return false;
        }

        filter = new TopicFilter(text, levels);
        return true;
    }

    /// <summary>Whether a topic matches. Wildcards in front do not match topics that begin with '$'.</summary>
    public bool Matches(ReadOnlySpan<char> topic)
    {
        ReadOnlySpan<char> filter = _levels;
        if (topic.Length > 0 && topic[0] == '$' && (filter[0] is '+' or '#'))
        {
            return false;
        }

        while (true)
        {
            var filterEnd = filter.IndexOf('/');
            var filterLevel = filterEnd < 0 ? filter : filter[..filterEnd];
            if (filterLevel is "#")
            {
                return true;
            }

            var topicEnd = topic.IndexOf('/');
            var topicLevel = topicEnd < 0 ? topic : topic[..topicEnd];
            if (filterLevel is not "+" && !filterLevel.SequenceEqual(topicLevel))
            {
                return false;
            }

            if (filterEnd < 0 || topicEnd < 0)
            {
                // "a/#" also matches "a".
                return filterEnd < 0 ? topicEnd < 0 : filter[(filterEnd + 1)..] is "#";
            }

            filter = filter[(filterEnd + 1)..];
            topic = topic[(topicEnd + 1)..];
        }
    }

    private static string FaultOf(string levels)
    {
        if (levels.Length == 0)
        {
            return "it is empty";
        }

        if (levels.Contains('\0') || Encoding.UTF8.GetByteCount(levels) > ushort.MaxValue)
        {
            return "it is longer than 65535 bytes or has a null character";
        }

        var all = levels.Split('/');
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Contains('#') && (all[i].Length > 1 || i < all.Length - 1))
            {
                return "'#' must be the whole last level";
            }

            if (all[i].Contains('+') && all[i].Length > 1)
            {
                return "'+' must be a whole level";
            }
        }

        return "";
    }
}
