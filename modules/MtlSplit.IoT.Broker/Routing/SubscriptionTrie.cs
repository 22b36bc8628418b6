using MtlSplit.IoT.Broker.Sessions;
using MtlSplit.IoT.Broker.Sharing;

namespace MtlSplit.IoT.Broker.Routing;

/// <summary>
/// Who has subscribed to what: a tree over the levels of filters, so that a publish costs the depth of its topic and the number of
/// those who get it, not the number of subscribers there are. Not thread-safe.
/// </summary>
internal sealed class SubscriptionTrie
{
    private readonly Node _root = new();

    public void Add(Subscription subscription) => Reach(subscription.Filter).Plain.Add(subscription);

    public void Add(SharedGroup group) => Reach(group.Filter).Groups.Add(group);

    public void Remove(Subscription subscription) => Remove(_root, subscription.Filter, 0, node => node.Plain.Remove(subscription));

    public void Remove(SharedGroup group) => Remove(_root, group.Filter, 0, node => node.Groups.Remove(group));

    /// <summary>Collects every plain subscription and every group whose filter matches the topic.</summary>
    public void Match(string topic, List<Subscription> plain, List<SharedGroup> groups) => Match(_root, topic, 0, plain, groups);

    private static void Match(Node node, string topic, int start, List<Subscription> plain, List<SharedGroup> groups)
    {
        // Wildcards at the first level leave topics alone that begin with '$'.
        var wild = start > 0 || !topic.StartsWith('$');
        if (wild && node.Children.TryGetValue("#", out var rest))
        {
            rest.Collect(plain, groups);
        }

        if (start > topic.Length)
        {
            node.Collect(plain, groups);
            return;
        }

        var end = topic.IndexOf('/', start);
        end = end < 0 ? topic.Length : end;
        var level = topic.AsSpan(start, end - start);
        if (level is not ("+" or "#") && node.ByLevel.TryGetValue(level, out var literal))
        {
            Match(literal, topic, end + 1, plain, groups);
        }

        if (wild && node.Children.TryGetValue("+", out var any))
        {
            Match(any, topic, end + 1, plain, groups);
        }
    }

    private static bool Remove(Node node, string filter, int start, Action<Node> take)
    {
        if (start > filter.Length)
        {
            take(node);
        }
        else
        {
            var end = filter.IndexOf('/', start);
            end = end < 0 ? filter.Length : end;
            var level = filter[start..end];
            if (node.Children.TryGetValue(level, out var child) && Remove(child, filter, end + 1, take))
            {
                node.Children.Remove(level);
            }
        }

        return node.Children.Count == 0 && node.Plain.Count == 0 && node.Groups.Count == 0;
    }

    private Node Reach(string filter)
    {
        var node = _root;
        foreach (var range in filter.AsSpan().Split('/'))
        {
            var level = filter.AsSpan(range);
            if (!node.ByLevel.TryGetValue(level, out var child))
            {
                child = new Node();
                node.Children[level.ToString()] = child;
            }

            node = child;
        }

        return node;
    }

    private sealed class Node
    {
        public Node() => ByLevel = Children.GetAlternateLookup<ReadOnlySpan<char>>();

        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> ByLevel { get; }

        public List<Subscription> Plain { get; } = [];

        public List<SharedGroup> Groups { get; } = [];

        public void Collect(List<Subscription> plain, List<SharedGroup> groups)
        {
            plain.AddRange(Plain);
            groups.AddRange(Groups);
        }
    }
}
