using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlSplit.IoT.DevHub.Queries.Expressions;

/// <summary>
/// A value in a query. What a twin does not have is undefined, which is neither null nor false. Objects and arrays are only there or
/// not: the language compares primitive values alone.
/// </summary>
internal readonly record struct QueryValue
{
    private QueryValue(QueryValueKind kind, double number = 0, string? text = null)
    {
        Kind = kind;
        Number = number;
        Text = text;
    }

    /// <summary>No value.</summary>
    public static QueryValue Undefined => default;

    /// <summary>The value null.</summary>
    public static QueryValue Null => new(QueryValueKind.Null);

    /// <summary>An object or an array.</summary>
    public static QueryValue Composite => new(QueryValueKind.Composite);

    /// <summary>What it is.</summary>
    public QueryValueKind Kind { get; }

    /// <summary>The value of a number; 1 for true.</summary>
    public double Number { get; }

    /// <summary>The value of a string.</summary>
    public string? Text { get; }

    /// <summary>Whether it is true; everything else is not.</summary>
    public bool IsTrue => Kind == QueryValueKind.Boolean && Number != 0;

    /// <summary>Whether it is false, which undefined is not.</summary>
    public bool IsFalse => Kind == QueryValueKind.Boolean && Number == 0;

    /// <summary>A boolean.</summary>
    public static QueryValue Of(bool value) => new(QueryValueKind.Boolean, value ? 1 : 0);

    /// <summary>A number; what is no number (a division by zero) is undefined.</summary>
    public static QueryValue Of(double value) => double.IsFinite(value) ? new(QueryValueKind.Number, value) : Undefined;

    /// <summary>A string.</summary>
    public static QueryValue Of(string value) => new(QueryValueKind.Text, text: value);

    /// <summary>The value of a node that is there.</summary>
    public static QueryValue Of(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => Null,
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.Number => Of(NumberOf(node)),
        JsonValueKind.String => Of(node.GetValue<string>()),
        _ => Composite,
    };

    private static double NumberOf(JsonNode node)
    {
        var value = node.AsValue();
        return value.TryGetValue<double>(out var d) ? d : value.TryGetValue<long>(out var l) ? l : value.TryGetValue<int>(out var i) ? i : double.Parse(node.ToJsonString());
    }
}
