namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>Whether a value is in a list: <c>IN</c> and <c>NIN</c>.</summary>
/// <param name="Operand">The value.</param>
/// <param name="Items">The list.</param>
/// <param name="Negated">Whether it must not be in it.</param>
internal sealed record MembershipExpression(Expression Operand, IReadOnlyList<QueryValue> Items, bool Negated) : Expression;
