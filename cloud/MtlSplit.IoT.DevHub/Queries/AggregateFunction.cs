namespace MtlSplit.IoT.DevHub.Queries;

/// <summary>How a column sums up twins.</summary>
internal enum AggregateFunction
{
    /// <summary>The number of twins.</summary>
    Count,

    /// <summary>The mean of the numbers.</summary>
    Avg,

    /// <summary>The sum of the numbers.</summary>
    Sum,

    /// <summary>The least number.</summary>
    Min,

    /// <summary>The greatest number.</summary>
    Max,
}
