namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>The opposite of a condition.</summary>
/// <param name="Operand">The condition.</param>
internal sealed record NotExpression(Expression Operand) : Expression;
