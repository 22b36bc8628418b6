using System.Text;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Routes;

public sealed class RouteConditionTests
{
    private const string Body = """{"a":{"b":5,"list":[1,{"c":"x"}],"none":null,"flag":true,"text":"t","my-name":7},"top":-1.5}""";

    private static readonly HubMessage Message = new()
    {
        Body = Encoding.UTF8.GetBytes(Body),
        System = new MessageProperties { ContentType = "application/json; charset=utf-8", ContentEncoding = "UTF-8", MessageId = "m-1", ConnectionModuleId = "head" },
        Properties = [new("kind", "hot"), new("count", "12"), new("empty", ""), new("none", null), new("$own", "mine"), new("with space", "s"), new("iothub-source", "twin"), new("a.b", "dot")],
    };

    [Theory]
    // Comparisons.
    [InlineData("kind = 'hot'", true)]
    [InlineData("kind = \"hot\"", true)]
    [InlineData("kind = 'Hot'", false)]
    [InlineData("Kind = 'hot'", null)]
    [InlineData("kind != 'hot'", false)]
    [InlineData("kind <> 'cold'", true)]
    [InlineData("kind < 'i'", true)]
    [InlineData("kind >= 'hot'", true)]
    [InlineData("1 < 2", true)]
    [InlineData("2 <= 1", false)]
    [InlineData("1 = 1.0", true)]
    [InlineData("true = true", true)]
    [InlineData("true != false", true)]
    [InlineData("true < false", null)]
    [InlineData("empty = ''", true)]
    // Kinds do not mix.
    [InlineData("count > 5", null)]
    [InlineData("count = 12", null)]
    [InlineData("count != 12", null)]
    [InlineData("as_number(count) > 5", true)]
    [InlineData("kind", null)]
    [InlineData("NOT kind", null)]
    // What is missing is undefined.
    [InlineData("missing = 'x'", null)]
    [InlineData("missing != 'x'", null)]
    [InlineData("NOT missing = 'x'", null)]
    [InlineData("undefined = undefined", null)]
    [InlineData("missing = 'x' OR true", true)]
    [InlineData("missing = 'x' OR false", null)]
    [InlineData("missing = 'x' AND false", false)]
    [InlineData("missing = 'x' AND true", null)]
    [InlineData("(missing ?? 'x') = 'x'", true)]
    [InlineData("missing ?? 'x' = 'x'", true)]
    [InlineData("kind ?? 'x' = 'hot'", true)]
    // Null is a value of its own.
    [InlineData("none = null", true)]
    [InlineData("none != null", false)]
    [InlineData("none = ''", null)]
    [InlineData("kind = null", null)]
    // Precedence.
    [InlineData("1 + 2 * 3 = 7", true)]
    [InlineData("(1 + 2) * 3 = 9", true)]
    [InlineData("10 - 4 - 3 = 3", true)]
    [InlineData("7 % 4 = 3", true)]
    [InlineData("1 / 4 = 0.25", true)]
    [InlineData("-2 * -3 = 6", true)]
    [InlineData("1 - -1 = 2", true)]
    [InlineData("true OR false AND false", true)]
    [InlineData("(true OR false) AND false", false)]
    [InlineData("NOT false AND false", false)]
    [InlineData("NOT NOT true", true)]
    [InlineData("NOT kind = 'cold'", true)]
    [InlineData("'a' || 'b' || 'c' = 'abc'", true)]
    [InlineData("1 < 2 = true", true)]
    [InlineData("1 / 0 > 5", true)]
    [InlineData("0 / 0 = 0 / 0", null)]
    [InlineData("'a' + 'b' = 'ab'", null)]
    [InlineData("1 || 2 = '12'", null)]
    // Literals.
    [InlineData("0x1F = 31", true)]
    [InlineData("1.5e3 = 1500", true)]
    [InlineData("'it''s' = \"it's\"", true)]
    [InlineData("'it\\'s' = \"it's\"", true)]
    [InlineData("'\\u0041\\n' = 'A' || '\\n'", true)]
    // Names.
    [InlineData("$messageId = 'm-1'", true)]
    [InlineData("$MESSAGEID = 'm-1'", true)]
    [InlineData("$connectionModuleId = 'head'", true)]
    [InlineData("is_defined($correlationId)", false)]
    [InlineData("$own = 'mine'", true)]
    [InlineData("{with space} = 's'", true)]
    [InlineData("{$messageId} = 'm-1'", true)]
    [InlineData("iothub-source = 'twin'", true)]
    [InlineData("a.b = 'dot'", true)]
    // The body.
    [InlineData("$body.a.b = 5", true)]
    [InlineData("$body.a.list[0] = 1", true)]
    [InlineData("$body.a.list[1].c = 'x'", true)]
    [InlineData("$body.a.my-name = 7", true)]
    [InlineData("$body.a.flag", true)]
    [InlineData("$body.a.none = null", true)]
    [InlineData("$body.top < 0", true)]
    [InlineData("$body.a.list[2] = 1", null)]
    [InlineData("$body.a.missing = 1", null)]
    [InlineData("is_defined($body.a)", false)]
    [InlineData("$BODY.a.b = 5", null)]
    public void Condition_OfThatMessage_Is(string text, bool? expected)
    {
        // Undefined is told from false by negating it: neither is then true.
        Assert.Equal(expected == true, RouteCondition.Parse(text).Evaluate(Message));
        Assert.Equal(expected == false, RouteCondition.Parse($"NOT ({text})").Evaluate(Message));
        Assert.Equal(expected is not null, RouteCondition.Parse($"is_bool({text}) AND is_defined({text})").Evaluate(Message));
    }

    [Theory]
    [InlineData("application/json", null)]
    [InlineData(null, "utf-8")]
    [InlineData("text/plain", "utf-8")]
    [InlineData("application/json", "latin-1")]
    public void Body_ThatIsNotSaidToBeJson_IsUndefined(string? type, string? encoding) =>
        Assert.False(RouteCondition.Parse("is_defined($body.top)").Evaluate(Message with { System = new MessageProperties { ContentType = type, ContentEncoding = encoding } }));

    [Fact]
    public void Body_InTheOtherEncodings_IsRead()
    {
        var condition = RouteCondition.Parse("$body.top = -1.5");
        Assert.True(condition.Evaluate(Message with { Body = Encoding.Unicode.GetBytes(Body), System = Message.System with { ContentEncoding = "utf-16" } }));
        Assert.True(condition.Evaluate(Message with { Body = Encoding.UTF32.GetBytes(Body), System = Message.System with { ContentEncoding = "utf-32" } }));
    }

    [Fact]
    public void Body_ThatIsNoJson_IsUndefined() =>
        Gen.Byte.Array[0, 40].Sample(bytes => !RouteCondition.Parse("$body.a = 5").Evaluate(Message with { Body = bytes }));

    [Theory]
    [InlineData("", 1)]
    [InlineData("a =", 4)]
    [InlineData("(a = 1", 7)]
    [InlineData("a = 1)", 6)]
    [InlineData("a = 'x", 5)]
    [InlineData("a == 1", 4)]
    [InlineData("a & b", 3)]
    [InlineData("nofunction(1)", 1)]
    [InlineData("1 = abs()", 5)]
    [InlineData("abs(1, 2)", 1)]
    [InlineData("abs(1", 6)]
    [InlineData("substring('a') = 'a'", 1)]
    [InlineData("$body = 1", 1)]
    [InlineData("$body.a. = 1", 1)]
    [InlineData("$body.a[x] = 1", 1)]
    [InlineData("$body.a[0 = 1", 8)]
    [InlineData("$ = 1", 1)]
    [InlineData("$messageId[0] = 1", 1)]
    [InlineData("{} = 1", 1)]
    [InlineData("{a = 1", 1)]
    [InlineData("0xZ = 1", 1)]
    [InlineData("1a = 1", 2)]
    [InlineData("'\\u00G0' = 1", 3)]
    [InlineData("and = 1", 1)]
    [InlineData("a b", 3)]
    public void Parse_OfNoCondition_NamesTheColumn(string text, int column) =>
        Assert.Equal(column, Assert.Throws<RouteException>(() => RouteCondition.Parse(text)).Column);

    [Fact]
    public void Parse_OfEndlessNestingOrChains_Refuses()
    {
        Assert.True(RouteCondition.TryParse(new string('(', 90) + "true" + new string(')', 90), out _, out _));
        Assert.False(RouteCondition.TryParse(new string('(', 100_000), out _, out var fault));
        Assert.Contains("deeper", fault, StringComparison.Ordinal);
        Assert.False(RouteCondition.TryParse(string.Concat(Enumerable.Repeat("true OR ", 100_000)) + "true", out _, out fault));
        Assert.Contains("operators", fault, StringComparison.Ordinal);
        Assert.True(RouteCondition.Parse(string.Concat(Enumerable.Repeat("1 - ", 999)) + "1 < 0").Evaluate(Message));
    }

    [Fact]
    public void Logic_IsKleenes() => Gen.Select(Logic(3), Logic(3)).Sample((a, b) =>
    {
        AssertSame($"NOT ({a} AND {b})", $"(NOT {a} OR NOT {b})");
        AssertSame($"({a} OR {b})", $"({b} OR {a})");
        AssertSame($"({a} AND ({a} OR {b}))", a);
        AssertSame($"NOT NOT {a}", a);
    });

    [Fact]
    public void Arithmetic_IsThatOfDoubles() => Gen.Select(Gen.Int[-999, 999], Gen.Int[-999, 999], Gen.Int[1, 99]).Sample((a, b, c) =>
    {
        Assert.True(RouteCondition.Parse($"{a} + {b} * {c} = {a + (b * c)}").Evaluate(Message));
        Assert.True(RouteCondition.Parse($"({a} - {b}) % {c} = {(a - b) % c}").Evaluate(Message));
        Assert.Equal(a < b, RouteCondition.Parse($"{a} < {b}").Evaluate(Message));
    });

    private static void AssertSame(string one, string other)
    {
        Assert.Equal(RouteCondition.Parse(one).Evaluate(Message), RouteCondition.Parse(other).Evaluate(Message));
        Assert.Equal(RouteCondition.Parse($"NOT ({one})").Evaluate(Message), RouteCondition.Parse($"NOT ({other})").Evaluate(Message));
    }

    private static Gen<string> Logic(int depth) => depth == 0
        ? Texts.OneOf("true", "false", "missing", "kind = 'hot'")
        : Gen.Select(Gen.Int[0, 3], Logic(depth - 1), Logic(depth - 1), (kind, a, b) => kind switch
        {
            0 => $"({a} AND {b})",
            1 => $"({a} OR {b})",
            2 => $"(NOT {a})",
            _ => a,
        });
}
