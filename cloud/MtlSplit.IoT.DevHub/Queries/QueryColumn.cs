using MtlSplit.IoT.DevHub.Queries.Expressions;

namespace MtlSplit.IoT.DevHub.Queries;

/// <summary>One column of a projection.</summary>
/// <param name="Name">Its name in the row.</param>
/// <param name="Path">What it shows or aggregates; null for COUNT().</param>
/// <param name="Function">How it aggregates; null: it does not.</param>
internal sealed record QueryColumn(string Name, PathExpression? Path, AggregateFunction? Function);
