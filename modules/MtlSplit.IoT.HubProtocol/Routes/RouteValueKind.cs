namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>The kinds of values of the query language.</summary>
internal enum RouteValueKind
{
    Undefined,
    Null,
    Boolean,
    Number,
    Text,
}
