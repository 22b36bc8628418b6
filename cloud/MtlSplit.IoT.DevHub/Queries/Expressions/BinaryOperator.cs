namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>What joins two operands.</summary>
internal enum BinaryOperator
{
    /// <summary>Both hold.</summary>
    And,

    /// <summary>At least one holds.</summary>
    Or,

    /// <summary>The same value.</summary>
    Equal,

    /// <summary>Another value.</summary>
    NotEqual,

    /// <summary>Smaller.</summary>
    Less,

    /// <summary>Smaller or the same.</summary>
    LessOrEqual,

    /// <summary>Greater.</summary>
    Greater,

    /// <summary>Greater or the same.</summary>
    GreaterOrEqual,

    /// <summary>The sum.</summary>
    Add,

    /// <summary>The difference.</summary>
    Subtract,

    /// <summary>The product.</summary>
    Multiply,

    /// <summary>The quotient.</summary>
    Divide,

    /// <summary>What a division leaves.</summary>
    Remainder,
}
