namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>The tokens of a route.</summary>
internal enum RouteTokenKind
{
    End,

    /// <summary>A keyword, a function's name or a property's.</summary>
    Word,

    /// <summary>A name that begins with a dollar sign, with what follows in brackets.</summary>
    Dollar,

    /// <summary>A name in braces.</summary>
    Braces,
    Number,
    Text,
    Symbol,
}
