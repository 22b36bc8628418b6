using System.Globalization;
using Evaluator = System.Func<MtlSplit.IoT.HubProtocol.Routes.RouteScope, MtlSplit.IoT.HubProtocol.Routes.RouteValue>;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>Reads a condition from weak operators to strong ones, and turns it into functions of the message.</summary>
internal sealed class ConditionParser(RouteLexer lexer)
{
    // Both far below what a thread's stack holds: reading recurses with the nesting, evaluating also along chains of operators.
    private const int MaxDepth = 100;
    private const int MaxOperators = 1000;

    private static readonly string[] Reserved = ["select", "from", "where", "into", "and", "or", "not"];

    private int _depth;
    private int _operators;

    public Evaluator Parse()
    {
        if (++_depth > MaxDepth)
        {
            throw lexer.Fault($"The condition nests deeper than {MaxDepth} levels.");
        }

        var left = Conjunction();
        while (lexer.IsWord("or"))
        {
            left = Binary(left, Conjunction, RouteValue.Or);
        }

        _depth--;
        return left;
    }

    private static Evaluator Constant(RouteValue value) => _ => value;

    private Evaluator Binary(Evaluator left, Func<Evaluator> parse, Func<RouteValue, RouteValue, RouteValue> combine)
    {
        if (++_operators > MaxOperators)
        {
            throw lexer.Fault($"The condition holds more than {MaxOperators} operators.");
        }

        lexer.Advance();
        var right = parse();
        return scope => combine(left(scope), right(scope));
    }

    private Evaluator Conjunction()
    {
        var left = Negation();
        while (lexer.IsWord("and"))
        {
            left = Binary(left, Negation, RouteValue.And);
        }

        return left;
    }

    private Evaluator Negation()
    {
        var isNegated = false;
        var isAny = false;
        while (lexer.IsWord("not"))
        {
            isNegated = !isNegated;
            isAny = true;
            lexer.Advance();
        }

        var inner = Equality();
        return !isAny ? inner : isNegated ? scope => RouteValue.Not(inner(scope)) : scope => RouteValue.Not(RouteValue.Not(inner(scope)));
    }

    private Evaluator Equality()
    {
        var left = Order();
        while (true)
        {
            if (lexer.IsSymbol("="))
            {
                left = Binary(left, Order, (a, b) => RouteValue.Equal(a, b, wanted: true));
            }
            else if (lexer.IsSymbol("!=") || lexer.IsSymbol("<>"))
            {
                left = Binary(left, Order, (a, b) => RouteValue.Equal(a, b, wanted: false));
            }
            else
            {
                return left;
            }
        }
    }

    private Evaluator Order()
    {
        var left = Coalescence();
        while (true)
        {
            Func<int, bool>? holds = lexer.Kind != RouteTokenKind.Symbol ? null : lexer.Text switch
            {
                "<" => order => order < 0,
                "<=" => order => order <= 0,
                ">" => order => order > 0,
                ">=" => order => order >= 0,
                _ => null,
            };
            if (holds is null)
            {
                return left;
            }

            left = Binary(left, Coalescence, (a, b) => RouteValue.Compare(a, b, holds));
        }
    }

    private Evaluator Coalescence()
    {
        var left = Sum();
        while (lexer.IsSymbol("??"))
        {
            left = Binary(left, Sum, (a, b) => a.Kind == RouteValueKind.Undefined ? b : a);
        }

        return left;
    }

    private Evaluator Sum()
    {
        var left = Product();
        while (true)
        {
            Func<RouteValue, RouteValue, RouteValue>? combine = lexer.Kind != RouteTokenKind.Symbol ? null : lexer.Text switch
            {
                "+" => (a, b) => RouteValue.Calculate(a, b, (x, y) => x + y),
                "-" => (a, b) => RouteValue.Calculate(a, b, (x, y) => x - y),
                "||" => RouteValue.Concat,
                _ => null,
            };
            if (combine is null)
            {
                return left;
            }

            left = Binary(left, Product, combine);
        }
    }

    private Evaluator Product()
    {
        var left = Signed();
        while (true)
        {
            Func<double, double, double>? calculate = lexer.Kind != RouteTokenKind.Symbol ? null : lexer.Text switch
            {
                "*" => (x, y) => x * y,
                "/" => (x, y) => x / y,
                "%" => (x, y) => x % y,
                _ => null,
            };
            if (calculate is null)
            {
                return left;
            }

            left = Binary(left, Signed, (a, b) => RouteValue.Calculate(a, b, calculate));
        }
    }

    private Evaluator Signed()
    {
        var sign = 1;
        while (lexer.IsSymbol("-"))
        {
            sign = -sign;
            lexer.Advance();
        }

        var inner = Operand();
        return sign > 0 ? inner : scope => RouteValue.Calculate(RouteValue.Of(0.0), inner(scope), (_, x) => -x);
    }

    private Evaluator Operand()
    {
        switch (lexer.Kind)
        {
            case RouteTokenKind.Number:
                return Take(Constant(RouteValue.Of(lexer.Number)));
            case RouteTokenKind.Text:
                return Take(Constant(RouteValue.Of(lexer.Text)));
            case RouteTokenKind.Braces:
                var name = lexer.Text;
                return Take(name.StartsWith('$') ? Dollar(name) : scope => scope.Property(name));
            case RouteTokenKind.Dollar:
                return Take(Dollar(lexer.Text));
            case RouteTokenKind.Word when !Reserved.Contains(lexer.Text, StringComparer.OrdinalIgnoreCase):
                return Word();
            case RouteTokenKind.Symbol when lexer.IsSymbol("("):
                lexer.Advance();
                var inner = Parse();
                Expect(")");
                return inner;
            default:
                throw lexer.Fault($"A value, a property or '(' is wanted, not {lexer.Describe()}.");
        }
    }

    private Evaluator Take(Evaluator evaluator)
    {
        lexer.Advance();
        return evaluator;
    }

    private Evaluator Word()
    {
        var (name, start) = (lexer.Text, lexer.Start);
        lexer.Advance();
        if (lexer.IsSymbol("("))
        {
            return Call(name, start);
        }

        return name.ToUpperInvariant() switch
        {
            "TRUE" => Constant(RouteValue.Of(true)),
            "FALSE" => Constant(RouteValue.Of(false)),
            "NULL" => Constant(RouteValue.Null),
            "UNDEFINED" => Constant(RouteValue.Undefined),
            _ => scope => scope.Property(name),
        };
    }

    private Evaluator Call(string name, int start)
    {
        var function = RouteFunctions.Find(name) ?? throw new RouteException(start + 1, $"There is no function '{name}'.");
        var arguments = new List<Evaluator>();
        lexer.Advance();
        if (!lexer.IsSymbol(")"))
        {
            arguments.Add(Parse());
            while (lexer.IsSymbol(","))
            {
                lexer.Advance();
                arguments.Add(Parse());
            }
        }

        Expect(")");
        if (arguments.Count < function.Fewest || arguments.Count > function.Most)
        {
            var wanted = function.Most == function.Fewest ? $"{function.Fewest}" : function.Most == int.MaxValue ? $"{function.Fewest} or more" : $"{function.Fewest} to {function.Most}";
            throw new RouteException(start + 1, $"{function.Name} takes {wanted} arguments, not {arguments.Count}.");
        }

        Evaluator[] parts = [.. arguments];
        return scope => function.Call(Array.ConvertAll(parts, part => part(scope)));
    }

    // An application's property of the very name comes first; then the body, then the system's.
    private Evaluator Dollar(string name)
    {
        if (name == "$body" || name.StartsWith("$body.", StringComparison.Ordinal) || name.StartsWith("$body[", StringComparison.Ordinal))
        {
            var path = Path(name["$body".Length..]);
            return scope => Else(scope.Property(name), scope, scope => scope.Body(path));
        }

        if (name.Length == 1 || name.Contains('[', StringComparison.Ordinal))
        {
            throw lexer.Fault($"'{name}' is not the name of a system property or a part of $body.");
        }

        return scope => Else(scope.Property(name), scope, scope => scope.System(name[1..]));
    }

    private static RouteValue Else(RouteValue own, RouteScope scope, Evaluator other) => own.Kind == RouteValueKind.Undefined ? other(scope) : own;

    private List<object> Path(string text)
    {
        var steps = new List<object>();
        while (text.Length > 0)
        {
            var isPlace = text[0] == '[';
            var end = isPlace ? text.IndexOf(']', StringComparison.Ordinal) : text.AsSpan(1).IndexOfAny('.', '[') + 1;
            end = end > 0 ? end : text.Length;
            var step = text[1..end];
            if (isPlace && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
            {
                steps.Add(place);
                end = Math.Min(end + 1, text.Length);
            }
            else if (!isPlace && text[0] == '.' && step.Length > 0)
            {
                steps.Add(step);
            }
            else
            {
                throw lexer.Fault($"'{lexer.Text}' is not a path such as $body.a.b[0].");
            }

            text = text[end..];
        }

        return steps.Count > 0 ? steps : throw lexer.Fault("$body needs a path such as $body.a.b[0].");
    }

    private void Expect(string symbol)
    {
        if (!lexer.IsSymbol(symbol))
        {
            throw lexer.Fault($"'{symbol}' is wanted, not {lexer.Describe()}.");
        }

        lexer.Advance();
    }
}
