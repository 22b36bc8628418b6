namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>One function of the query language, with the fewest and most arguments that it takes.</summary>
internal sealed record RouteFunction(string Name, int Fewest, int Most, Func<RouteValue[], RouteValue> Call);
