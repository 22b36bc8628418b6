using System.Text.Json.Nodes;

namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>
/// The value of an expression for one twin. Comparing with something undefined, or values of two types, is undefined: so
/// <c>tags.a != 1</c> does not match a twin without <c>tags.a</c>, nor does its opposite. A false operand decides an AND and a true one an
/// OR, whatever the other is. Pure.
/// </summary>
internal static class Evaluation
{
    /// <summary>Whether a twin is in the result: its condition is true, not merely defined.</summary>
    public static bool Matches(Expression? condition, JsonObject twin) => condition is null || Evaluate(condition, twin).IsTrue;

    /// <summary>The value.</summary>
    public static QueryValue Evaluate(Expression expression, JsonObject twin) => expression switch
    {
        LiteralExpression literal => literal.Value,
        PathExpression path => Find(path, twin, out var node) ? QueryValue.Of(node) : QueryValue.Undefined,
        IsDefinedExpression defined => QueryValue.Of(Find(defined.Path, twin, out _)),
        NotExpression not => Not(Evaluate(not.Operand, twin)),
        NegateExpression negate => Evaluate(negate.Operand, twin) is { Kind: QueryValueKind.Number } number ? QueryValue.Of(-number.Number) : QueryValue.Undefined,
        MembershipExpression membership => Contains(membership, Evaluate(membership.Operand, twin)),
        BinaryExpression { Operator: BinaryOperator.And } and => And(Evaluate(and.Left, twin), Evaluate(and.Right, twin)),
        BinaryExpression { Operator: BinaryOperator.Or } or => Not(And(Not(Evaluate(or.Left, twin)), Not(Evaluate(or.Right, twin)))),
        BinaryExpression binary => Join(binary.Operator, Evaluate(binary.Left, twin), Evaluate(binary.Right, twin)),
        _ => throw new InvalidOperationException($"{expression.GetType().Name} has no value."),
    };

    /// <summary>The node at a path.</summary>
    /// <returns>Whether it is there; it may be null.</returns>
    public static bool Find(PathExpression path, JsonObject twin, out JsonNode? node)
    {
        node = twin;
        foreach (var segment in path.Segments)
        {
            if (node is not JsonObject within || !within.TryGetPropertyValue(segment, out node))
            {
                node = null;
                return false;
            }
        }

        return true;
    }

    private static QueryValue Not(QueryValue value) => value.Kind == QueryValueKind.Boolean ? QueryValue.Of(value.IsFalse) : QueryValue.Undefined;

    private static QueryValue And(QueryValue left, QueryValue right) =>
        left.IsFalse || right.IsFalse ? QueryValue.Of(false) : left.IsTrue && right.IsTrue ? QueryValue.Of(true) : QueryValue.Undefined;

    private static QueryValue Contains(MembershipExpression membership, QueryValue value)
    {
        if (value.Kind is QueryValueKind.Undefined or QueryValueKind.Composite)
        {
            return QueryValue.Undefined;
        }

        return QueryValue.Of(membership.Items.Any(item => item == value) != membership.Negated);
    }

    private static QueryValue Join(BinaryOperator how, QueryValue left, QueryValue right)
    {
        if (left.Kind != right.Kind || left.Kind is QueryValueKind.Undefined or QueryValueKind.Composite)
        {
            return QueryValue.Undefined;
        }

        if (how is BinaryOperator.Equal or BinaryOperator.NotEqual)
        {
            return QueryValue.Of((left == right) == (how == BinaryOperator.Equal));
        }

        return left.Kind switch
        {
            QueryValueKind.Number when how >= BinaryOperator.Add => Compute(how, left.Number, right.Number),
            QueryValueKind.Number => Compare(how, left.Number.CompareTo(right.Number)),
            QueryValueKind.Text when how < BinaryOperator.Add => Compare(how, string.CompareOrdinal(left.Text, right.Text)),
            _ => QueryValue.Undefined,
        };
    }

    private static QueryValue Compare(BinaryOperator how, int order) => QueryValue.Of(how switch
    {
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    });

    private static QueryValue Compute(BinaryOperator how, double left, double right) => QueryValue.Of(how switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        _ => left % right,
    });
}
