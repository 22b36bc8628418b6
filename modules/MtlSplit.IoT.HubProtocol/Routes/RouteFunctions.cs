using System.Collections.Frozen;
using System.Globalization;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>The functions of the query language. An argument of the wrong kind makes the result undefined.</summary>
internal static class RouteFunctions
{
    private const int Any = int.MaxValue;

    private static readonly FrozenDictionary<string, RouteFunction> ByName = new[]
    {
        OfNumber("abs", Math.Abs), OfNumber("ceiling", Math.Ceiling), OfNumber("exp", Math.Exp), OfNumber("floor", Math.Floor),
        OfNumber("sign", x => Math.Sign(x)), OfNumber("sqrt", Math.Sqrt), OfNumber("square", x => x * x),
        new RouteFunction("power", 2, 2, a => RouteValue.Calculate(a[0], a[1], Math.Pow)),
        new RouteFunction("as_number", 1, 1, a => AsNumber(a[0])),
        OfText("length", text => RouteValue.Of(text.Length)),
        OfText("lower", text => RouteValue.Of(text.ToLowerInvariant())),
        OfText("upper", text => RouteValue.Of(text.ToUpperInvariant())),
        OfTexts("contains", (text, part) => RouteValue.Of(text.Contains(part, StringComparison.Ordinal))),
        OfTexts("ends_with", (text, part) => RouteValue.Of(text.EndsWith(part, StringComparison.Ordinal))),
        OfTexts("starts_with", (text, part) => RouteValue.Of(text.StartsWith(part, StringComparison.Ordinal))),
        OfTexts("index_of", (text, part) => RouteValue.Of(text.IndexOf(part, StringComparison.Ordinal))),
        new RouteFunction("concat", 1, Any, a => a.Aggregate(RouteValue.Of(""), RouteValue.Concat)),
        new RouteFunction("substring", 2, 3, Substring),
        Asks("is_bool", kind => kind == RouteValueKind.Boolean), Asks("is_defined", kind => kind != RouteValueKind.Undefined),
        Asks("is_null", kind => kind == RouteValueKind.Null), Asks("is_number", kind => kind == RouteValueKind.Number),
        Asks("is_string", kind => kind == RouteValueKind.Text),
    }.ToFrozenDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<RouteFunction> All => ByName.Values;

    public static RouteFunction? Find(string name) => ByName.GetValueOrDefault(name);

    private static RouteFunction OfNumber(string name, Func<double, double> calculate) =>
        new(name, 1, 1, a => a[0].Kind == RouteValueKind.Number ? RouteValue.Of(calculate(a[0].Number)) : RouteValue.Undefined);

    private static RouteFunction OfText(string name, Func<string, RouteValue> calculate) =>
        new(name, 1, 1, a => a[0].Text is { } text ? calculate(text) : RouteValue.Undefined);

    private static RouteFunction OfTexts(string name, Func<string, string, RouteValue> calculate) =>
        new(name, 2, 2, a => a[0].Text is { } text && a[1].Text is { } part ? calculate(text, part) : RouteValue.Undefined);

    private static RouteFunction Asks(string name, Func<RouteValueKind, bool> holds) => new(name, 1, 1, a => RouteValue.Of(holds(a[0].Kind)));

    private static RouteValue AsNumber(RouteValue value) => value.Kind switch
    {
        RouteValueKind.Number => value,
        RouteValueKind.Text when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => RouteValue.Of(number),
        _ => RouteValue.Undefined,
    };

    // From a place that counts from 0; a length beyond the end means to the end.
    private static RouteValue Substring(RouteValue[] arguments)
    {
        if (arguments[0].Text is not { } text || Place(arguments[1]) is not { } start || start > text.Length)
        {
            return RouteValue.Undefined;
        }

        if (arguments.Length == 2)
        {
            return RouteValue.Of(text[start..]);
        }

        return Place(arguments[2]) is { } length ? RouteValue.Of(text.Substring(start, Math.Min(length, text.Length - start))) : RouteValue.Undefined;
    }

    private static int? Place(RouteValue value) =>
        value.Kind == RouteValueKind.Number && value.Number is >= 0 and <= int.MaxValue ? (int)value.Number : null;
}
