namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>A number with the other sign.</summary>
/// <param name="Operand">The number.</param>
internal sealed record NegateExpression(Expression Operand) : Expression;
