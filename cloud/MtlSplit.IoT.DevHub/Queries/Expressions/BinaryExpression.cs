namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>Two operands and what joins them.</summary>
/// <param name="Operator">What joins them.</param>
/// <param name="Left">The first operand.</param>
/// <param name="Right">The second operand.</param>
internal sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right) : Expression;
