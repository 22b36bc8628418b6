using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;

/// <summary>The routes of a deployment. Immutable.</summary>
internal sealed class RouteTable(EdgeHubDesired desired)
{
    private readonly List<RouteSpec> _routes = [.. desired.Routes.Values.OrderBy(route => route.EffectivePriority).ThenBy(route => route.Name, StringComparer.Ordinal)];

    /// <summary>No route: every message is dropped.</summary>
    public static RouteTable Empty { get; } = new(new EdgeHubDesired());

    /// <summary>Bytes that the deployment lets a queue have; null: not said.</summary>
    public long? MaxBytes { get; } = desired.StoreAndForward.MaxSizeBytes;

    /// <summary>Where a message goes: each endpoint once, by its best route.</summary>
    public IReadOnlyList<RouteMatch> Match(string source, HubMessage message)
    {
        var scope = new RouteScope(message);
        List<RouteMatch> matches = [];
        foreach (var route in _routes)
        {
            if (matches.TrueForAll(match => match.Sink != route.Route.Sink) && route.Route.Takes(source, scope))
            {
                matches.Add(new RouteMatch(
                    route.Route.Sink,
                    route.EffectivePriority,
                    route.TimeToLive is { } own && own > TimeSpan.Zero ? own : desired.StoreAndForward.TimeToLive));
            }
        }

        return matches;
    }
}
