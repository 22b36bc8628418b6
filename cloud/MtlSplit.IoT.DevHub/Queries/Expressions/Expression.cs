namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>Something in a query that has a value for each twin. Immutable.</summary>
internal abstract record Expression;
