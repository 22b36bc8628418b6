namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>What a value is.</summary>
internal enum QueryValueKind
{
    /// <summary>Nothing: the twin has no such property, or an operation has no result.</summary>
    Undefined,

    /// <summary>Null.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string.</summary>
    Text,

    /// <summary>An object or an array.</summary>
    Composite,
}
