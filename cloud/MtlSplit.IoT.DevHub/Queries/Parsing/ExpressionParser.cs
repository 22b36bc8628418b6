using MtlSplit.IoT.DevHub.Queries.Expressions;

namespace MtlSplit.IoT.DevHub.Queries.Parsing;

/// <summary>Reads expressions, the loosest operator first: OR, AND, NOT, comparison, sum, product, sign.</summary>
/// <param name="tokens">The query.</param>
/// <param name="roots">The members of a twin with which a path may start.</param>
internal sealed class ExpressionParser(IReadOnlyList<Token> tokens, IReadOnlySet<string> roots)
{
    // A level takes a handful of stack frames; this is far from the end of the stack and far above any sensible query.
    private const int DeepestNesting = 100;

    private static readonly Dictionary<string, BinaryOperator> Comparisons = new()
    {
        ["="] = BinaryOperator.Equal,
        ["!="] = BinaryOperator.NotEqual,
        ["<>"] = BinaryOperator.NotEqual,
        ["<"] = BinaryOperator.Less,
        ["<="] = BinaryOperator.LessOrEqual,
        [">"] = BinaryOperator.Greater,
        [">="] = BinaryOperator.GreaterOrEqual,
    };

    private static readonly Dictionary<string, BinaryOperator> Sums = new() { ["+"] = BinaryOperator.Add, ["-"] = BinaryOperator.Subtract };

    private static readonly Dictionary<string, BinaryOperator> Products = new() { ["*"] = BinaryOperator.Multiply, ["/"] = BinaryOperator.Divide, ["%"] = BinaryOperator.Remainder };

    // Words that mean something elsewhere in SQL and nothing here.
    private static readonly HashSet<string> Foreign = new(StringComparer.OrdinalIgnoreCase) { "LIKE", "BETWEEN", "IS", "ORDER", "LIMIT", "OFFSET", "HAVING", "JOIN", "UNION", "DISTINCT", "CASE", "EXISTS" };

    private int _at;
    private int _depth;

    /// <summary>The token to read next.</summary>
    public Token Here => tokens[_at];

    /// <summary>Takes the next token.</summary>
    public Token Take() => tokens[_at].Kind == TokenKind.End ? tokens[_at] : tokens[_at++];

    /// <summary>Takes the next token if it is this keyword.</summary>
    public bool Skip(string keyword)
    {
        if (!Here.Is(keyword))
        {
            return false;
        }

        Take();
        return true;
    }

    /// <summary>Takes the next token if it is this symbol.</summary>
    public bool SkipSymbol(string symbol)
    {
        if (!Here.IsSymbol(symbol))
        {
            return false;
        }

        Take();
        return true;
    }

    /// <summary>Takes this symbol.</summary>
    /// <exception cref="QueryException">Something else is there.</exception>
    public void Need(string symbol)
    {
        if (!SkipSymbol(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    /// <summary>What to say where the next token does not belong.</summary>
    public QueryException Unexpected(string instead) => Foreign.Contains(Here.Text) && Here.Kind == TokenKind.Word
        ? new QueryException($"'{Here.Text}' is not supported", Here.Position)
        : new QueryException($"{Here.Name} stands where {instead} is expected", Here.Position);

    /// <summary>A whole expression.</summary>
    /// <exception cref="QueryException">There is none.</exception>
    public Expression ReadExpression() => Nested(ReadOr);

    /// <summary>A path that starts with a member of a twin.</summary>
    /// <exception cref="QueryException">There is none.</exception>
    public PathExpression ReadPath()
    {
        var first = Here;
        if (first.Kind != TokenKind.Word)
        {
            throw Unexpected("a property");
        }

        Take();
        if (!roots.Contains(first.Text))
        {
            throw new QueryException($"'{first.Text}' is no property that can be asked for; there are {string.Join(", ", roots.Order(StringComparer.Ordinal))}", first.Position);
        }

        List<string> segments = [first.Text];
        while (SkipSymbol("."))
        {
            segments.Add(Here.Kind is TokenKind.Word or TokenKind.Escaped ? Take().Text : throw Unexpected("the next segment of a path"));
        }

        return Here.IsSymbol("[") ? throw new QueryException("an index into an array is not supported", Here.Position) : new PathExpression(segments);
    }

    private static Expression Refuse(Token token, string what) => throw new QueryException(what, token.Position);

    private Expression Nested(Func<Expression> read)
    {
        if (++_depth > DeepestNesting)
        {
            throw new QueryException($"an expression may not be nested deeper than {DeepestNesting}", Here.Position);
        }

        var expression = read();
        _depth--;
        return expression;
    }

    private Expression ReadOr()
    {
        var left = ReadAnd();
        while (Skip("OR"))
        {
            left = new BinaryExpression(BinaryOperator.Or, left, ReadAnd());
        }

        return left;
    }

    private Expression ReadAnd()
    {
        var left = ReadNot();
        while (Skip("AND"))
        {
            left = new BinaryExpression(BinaryOperator.And, left, ReadNot());
        }

        return left;
    }

    private Expression ReadNot() => Skip("NOT") ? new NotExpression(Nested(ReadNot)) : ReadComparison();

    private Expression ReadComparison()
    {
        var left = ReadSum();
        if (Here.Kind == TokenKind.Symbol && Comparisons.TryGetValue(Here.Text, out var comparison))
        {
            Take();
            left = new BinaryExpression(comparison, left, ReadSum());
            return Here.Kind == TokenKind.Symbol && Comparisons.ContainsKey(Here.Text) ? Refuse(Here, "comparisons in a row need parentheses") : left;
        }

        return Here.Is("IN") || Here.Is("NIN") ? ReadMembership(left) : left;
    }

    private MembershipExpression ReadMembership(Expression left)
    {
        var negated = Take().Is("NIN");
        return new MembershipExpression(left, ReadArray(), negated);
    }

    private List<QueryValue> ReadArray()
    {
        Need("[");
        List<QueryValue> items = [];
        do
        {
            items.Add(ReadConstant());
        }
        while (SkipSymbol(","));
        Need("]");
        return items;
    }

    private QueryValue ReadConstant()
    {
        var negative = SkipSymbol("-");
        var token = Here;
        if (token.Kind == TokenKind.Number)
        {
            Take();
            return QueryValue.Of(negative ? -token.Number : token.Number);
        }

        if (negative)
        {
            throw Unexpected("a number");
        }

        if (token.IsSymbol("["))
        {
            throw new QueryException("an array within an array is not supported", token.Position);
        }

        return TryReadConstant() ?? throw Unexpected("a constant");
    }

    private QueryValue? TryReadConstant()
    {
        var token = Here;
        QueryValue? value = token switch
        {
            { Kind: TokenKind.Text } => QueryValue.Of(token.Text),
            { Kind: TokenKind.Number } => QueryValue.Of(token.Number),
            _ when token.Is("true") => QueryValue.Of(true),
            _ when token.Is("false") => QueryValue.Of(false),
            _ when token.Is("null") => QueryValue.Null,
            _ when token.Is("undefined") => QueryValue.Undefined,
            _ => null,
        };
        if (value is not null)
        {
            Take();
        }

        return value;
    }

    private Expression ReadSum()
    {
        var left = ReadProduct();
        while (Here.Kind == TokenKind.Symbol && Sums.TryGetValue(Here.Text, out var sum))
        {
            Take();
            left = new BinaryExpression(sum, left, ReadProduct());
        }

        return left;
    }

    private Expression ReadProduct()
    {
        var left = ReadSigned();
        while (Here.Kind == TokenKind.Symbol && Products.TryGetValue(Here.Text, out var product))
        {
            Take();
            left = new BinaryExpression(product, left, ReadSigned());
        }

        return left;
    }

    private Expression ReadSigned() => SkipSymbol("-") ? new NegateExpression(Nested(ReadSigned)) : ReadOperand();

    private Expression ReadOperand()
    {
        if (SkipSymbol("("))
        {
            var inner = ReadExpression();
            Need(")");
            return inner;
        }

        if (TryReadConstant() is { } constant)
        {
            return new LiteralExpression(constant);
        }

        if (Here.Kind == TokenKind.Word && tokens[_at + 1].IsSymbol("("))
        {
            var function = Take();
            if (!function.Is("IS_DEFINED"))
            {
                return Refuse(function, $"the function {function.Text.ToUpperInvariant()} is not supported; there is IS_DEFINED");
            }

            Need("(");
            var path = ReadPath();
            Need(")");
            return new IsDefinedExpression(path);
        }

        if (Here.IsSymbol("["))
        {
            return Refuse(Here, "an array stands only after IN and NIN");
        }

        return Foreign.Contains(Here.Text) ? throw Unexpected("a value") : ReadPath();
    }
}
