using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.DevHub.Queries.Expressions;
using MtlSplit.IoT.DevHub.Queries.Parsing;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Queries;

/// <summary>Conditions on random twins against a reference that knows no shortcuts.</summary>
public sealed class EvaluationTests
{
    private static readonly Gen<JsonNode?> Value = Gen.OneOf(
        Gen.Int[-3, 3].Select(n => (JsonNode?)n),
        AnyOf("a", "b", "").Select(s => (JsonNode?)s),
        Gen.Bool.Select(b => (JsonNode?)b),
        Gen.Const((JsonNode?)null),
        Gen.Const(0).Select(_ => (JsonNode?)new JsonObject { ["x"] = 1 }),
        Gen.Const(0).Select(_ => (JsonNode?)new JsonArray(1, 2)));

    private static readonly Gen<JsonObject> Twin = Gen.Select(AnyOf("p", "q", "r"), Value).Array[0, 3]
        .Select(members => new JsonObject { ["tags"] = new JsonObject(members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, member.Item2?.DeepClone()))) });

    /// <summary>A condition as text and as a function.</summary>
    private static readonly Gen<Reference> Condition = Gen.Recursive<Reference>((depth, inner) => depth >= 4 ? Leaf() : Gen.Frequency(
        (2, Leaf()),
        (1, Gen.Select(inner, inner).Select((a, b) => new Reference($"({a.Text} AND {b.Text})", twin => And(a.Of(twin), b.Of(twin))))),
        (1, Gen.Select(inner, inner).Select((a, b) => new Reference($"({a.Text} OR {b.Text})", twin => Or(a.Of(twin), b.Of(twin))))),
        (1, inner.Select(a => new Reference($"(NOT {a.Text})", twin => a.Of(twin) is { } value ? !value : null)))));

    [Fact]
    public void Condition_OnRandomTwins_IsWhatTheReferenceSays() => Gen.Select(Condition, Twin).Sample(
        (condition, twin) => Evaluation.Matches(QueryParser.ParseCondition(condition.Text), twin) == (condition.Of(twin) == true),
        iter: 20_000);

    [Theory]
    [InlineData("tags.n * 2 + 1 = 7", true)]
    [InlineData("7 % 4 = tags.n", true)]
    [InlineData("tags.n / 0 = 1", false)]
    [InlineData("NOT (tags.n / 0 = 1)", false)]
    [InlineData("-tags.n = -3", true)]
    [InlineData("tags.n + 'x' = 'x'", false)]
    [InlineData("tags.text + 'x' = 'ax'", false)]
    [InlineData("tags.text < 'b'", true)]
    [InlineData("tags.flag < true", false)]
    [InlineData("tags.nothing = null", true)]
    [InlineData("tags.nothing != 1", false)]
    [InlineData("tags.missing = undefined", false)]
    [InlineData("undefined = undefined", false)]
    [InlineData("IS_DEFINED(tags.nothing)", true)]
    [InlineData("IS_DEFINED(tags.missing)", false)]
    [InlineData("tags.missing IN [1]", false)]
    [InlineData("tags.missing NIN [1]", false)]
    [InlineData("tags.n NIN ['3']", true)]
    [InlineData("tags.nothing IN [null]", true)]
    [InlineData("tags.object = tags.object", false)]
    [InlineData("tags.flag", true)]
    [InlineData("tags.n", false)]
    [InlineData("*", true)]
    [InlineData("", false)]
    public void Condition_OnOneTwin_Is(string text, bool expected)
    {
        var twin = JsonNode.Parse("""{"tags":{"n":3,"text":"a","flag":true,"nothing":null,"object":{"x":1}}}""")!.AsObject();

        Assert.Equal(expected, Evaluation.Matches(QueryParser.ParseCondition(text), twin));
    }

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Gen<Reference> Leaf() => Gen.OneOf(
        Gen.Select(AnyOf("p", "q", "r"), AnyOf("=", "!=", "<>", "<", "<=", ">", ">="), Constant()).Select((name, how, constant) =>
            new Reference($"tags.{name} {how} {constant.Text}", twin => Compare(how, Read(twin, name), constant.Value))),
        Gen.Select(AnyOf("p", "q", "r"), AnyOf("p", "q", "r")).Select((a, b) => new Reference($"tags.{a} = tags.{b}", twin => Compare("=", Read(twin, a), Read(twin, b)))),
        Gen.Select(AnyOf("p", "q", "r"), Constant().Array[1, 3], Gen.Bool).Select((name, items, negated) => new Reference(
            $"tags.{name} {(negated ? "NIN" : "IN")} [{string.Join(", ", items.Select(item => item.Text))}]",
            twin => Read(twin, name) is not (true, var node) || node is JsonObject or JsonArray ? null : items.Any(item => JsonNode.DeepEquals(item.Value.Node, node)) != negated)),
        AnyOf("p", "q", "r").Select(name => new Reference($"IS_DEFINED(tags.{name})", twin => Read(twin, name).Defined)));

    private static Gen<(string Text, (bool Defined, JsonNode? Node) Value)> Constant() => Gen.OneOf(
        Gen.Int[-3, 3].Select(n => (n.ToString(CultureInfo.InvariantCulture), (true, (JsonNode?)n))),
        AnyOf("a", "b", "").Select(s => ($"'{s}'", (true, (JsonNode?)s))),
        Gen.Bool.Select(b => (b ? "true" : "false", (true, (JsonNode?)b))),
        Gen.Const(("null", (true, (JsonNode?)null))));

    private static (bool Defined, JsonNode? Node) Read(JsonObject twin, string name) => (twin["tags"]!.AsObject().TryGetPropertyValue(name, out var node), node);

    private static bool? Compare(string how, (bool Defined, JsonNode? Node) left, (bool Defined, JsonNode? Node) right)
    {
        if (!left.Defined || !right.Defined || Type(left.Node) != Type(right.Node) || Type(left.Node) == "composite")
        {
            return null;
        }

        var equal = JsonNode.DeepEquals(left.Node, right.Node);
        if (how is "=" or "!=" or "<>")
        {
            return how == "=" ? equal : !equal;
        }

        int order;
        switch (Type(left.Node))
        {
            case "number": order = left.Node!.GetValue<int>().CompareTo(right.Node!.GetValue<int>()); break;
            case "text": order = string.CompareOrdinal(left.Node!.GetValue<string>(), right.Node!.GetValue<string>()); break;
            default: return null;
        }

        return how switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    private static string Type(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject or JsonArray => "composite",
        _ => node.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.Number => "number",
            System.Text.Json.JsonValueKind.String => "text",
            _ => "flag",
        },
    };

    private static bool? And(bool? a, bool? b) => a == false || b == false ? false : a == true && b == true ? true : null;

    private static bool? Or(bool? a, bool? b) => a == true || b == true ? true : a == false && b == false ? false : null;

    private sealed record Reference(string Text, Func<JsonObject, bool?> Of);
}
