using MtlSplit.IoT.HubProtocol.Routes;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;

/// <summary>Where a message goes. Immutable.</summary>
/// <param name="Sink">The endpoint.</param>
/// <param name="Priority">0 first; <see cref="int.MaxValue"/> for none.</param>
/// <param name="TimeToLive">How long it is kept; null: for ever.</param>
internal sealed record RouteMatch(RouteSink Sink, int Priority, TimeSpan? TimeToLive);
