namespace MtlSplit.IoT.DevHub.Queries.Parsing;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>A keyword or a name.</summary>
    Word,

    /// <summary>A segment of a path in double brackets.</summary>
    Escaped,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string.</summary>
    Text,

    /// <summary>An operator or a bracket.</summary>
    Symbol,

    /// <summary>The end of the query.</summary>
    End,
}
