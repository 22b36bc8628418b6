namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>A constant.</summary>
/// <param name="Value">Its value.</param>
internal sealed record LiteralExpression(QueryValue Value) : Expression;
