namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>Whether the twin has a property, which may be null.</summary>
/// <param name="Path">The property.</param>
internal sealed record IsDefinedExpression(PathExpression Path) : Expression;
