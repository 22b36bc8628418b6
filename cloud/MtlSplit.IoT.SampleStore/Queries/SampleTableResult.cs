namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>The answer to a query in SQL.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Values, one array per row; null for SQL's NULL. Bytes are shown as hex digits.</param>
/// <param name="Truncated">Whether there were more rows than asked for.</param>
public sealed record SampleTableResult(IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows, bool Truncated);
