using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Sessions;
using MtlSplit.IoT.Broker.Sharing;

namespace MtlSplit.IoT.Broker.Routing;

/// <summary>Answers where a topic goes, from memory where no subscription has changed since it was last asked. Not thread-safe.</summary>
internal sealed class RoutingTable
{
    private const int Remembered = 65_536;
    private readonly SubscriptionTrie _trie = new();
    private readonly Dictionary<(string Group, string Filter), SharedGroup> _groups = [];
    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly List<Subscription> _plainFound = [];
    private readonly List<SharedGroup> _groupsFound = [];
    private long _version = 1;

    public IReadOnlyCollection<SharedGroup> Groups => _groups.Values;

    public void Add(Subscription subscription)
    {
        if (subscription.GroupName is { } name)
        {
            if (!_groups.TryGetValue((name, subscription.Filter), out var group))
            {
                group = new SharedGroup(name, subscription.Filter);
                _groups[(name, subscription.Filter)] = group;
                _trie.Add(group);
                Forget();
            }

            group.Join(subscription);
            subscription.Group = group;
            return;
        }

        _trie.Add(subscription);
        Forget();
    }

    /// <summary>Takes a subscription out. Returns the group that it was the last member of, for what waits there to be discarded.</summary>
    public SharedGroup? Remove(Subscription subscription)
    {
        if (subscription.Group is not { } group)
        {
            _trie.Remove(subscription);
            Forget();
            return null;
        }

        group.Leave(subscription);
        if (group.Members.Count > 0)
        {
            return null;
        }

        _groups.Remove((group.Name, group.Filter));
        _trie.Remove(group);
        Forget();
        return group;
    }

    public Route Find(Topic topic)
    {
        if (topic.RouteVersion == _version && topic.Route is Route known)
        {
            return known;
        }

        if (!_routes.TryGetValue(topic.Name, out var route))
        {
            if (_routes.Count >= Remembered)
            {
                _routes.Clear();
            }

            route = Build(topic.Name);
            _routes[topic.Name] = route;
        }

        topic.Route = route;
        topic.RouteVersion = _version;
        return route;
    }

    private void Forget()
    {
        _version++;
        _routes.Clear();
    }

    private Route Build(string topic)
    {
        _plainFound.Clear();
        _groupsFound.Clear();
        _trie.Match(topic, _plainFound, _groupsFound);
        var plain = new List<PlainRoute>(_plainFound.Count);
        foreach (var session in _plainFound.GroupBy(subscription => subscription.Session))
        {
            plain.Add(new PlainRoute(
                session.Key,
                session.Max(subscription => subscription.MaxQos),
                session.All(subscription => subscription.NoLocal),
                session.Any(subscription => subscription.RetainAsPublished),
                [.. session.Where(subscription => subscription.Identifier > 0).Select(subscription => subscription.Identifier)]));
        }

        return new Route([.. plain], [.. _groupsFound]);
    }
}
