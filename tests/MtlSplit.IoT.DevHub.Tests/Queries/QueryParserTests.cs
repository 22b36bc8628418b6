using CsCheck;
using MtlSplit.IoT.DevHub.Queries;
using MtlSplit.IoT.DevHub.Queries.Expressions;
using MtlSplit.IoT.DevHub.Queries.Parsing;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Queries;

public sealed class QueryParserTests
{
    [Theory]
    [InlineData("", 1, "SELECT is expected")]
    [InlineData("SELECT", 7, "the end stands where a property is expected")]
    [InlineData("SELECT * FROM", 14, "devices or devices.modules is expected")]
    [InlineData("SELECT * FROM devices.jobs", 15, "'devices.jobs' is not supported")]
    [InlineData("SELECT * FROM devices.things", 15, "no collection 'devices.things'")]
    [InlineData("SELECT * FROM Devices", 15, "no collection 'Devices'")]
    [InlineData("SELECT DISTINCT deviceId FROM devices", 8, "'DISTINCT' is no property")]
    [InlineData("SELECT TOP 0 * FROM devices", 12, "a whole number above 0")]
    [InlineData("SELECT TOP 1.5 * FROM devices", 12, "a whole number above 0")]
    [InlineData("SELECT * FROM devices WHERE", 28, "the end stands where a property")]
    [InlineData("SELECT * FROM devices WHERE a = 1", 29, "'a' is no property that can be asked for; there are ")]
    [InlineData("SELECT * FROM devices WHERE tags.a = 1 = 1", 40, "comparisons in a row")]
    [InlineData("SELECT * FROM devices WHERE tags.a = 1 ORDER BY deviceId", 40, "'ORDER' is not supported")]
    [InlineData("SELECT * FROM devices WHERE tags.a BETWEEN 1 AND 2", 36, "'BETWEEN' is not supported")]
    [InlineData("SELECT * FROM devices WHERE tags.a IS NULL", 36, "'IS' is not supported")]
    [InlineData("SELECT * FROM devices WHERE tags.a IN ('x')", 39, "'(' stands where '[' is expected")]
    [InlineData("SELECT * FROM devices WHERE tags.a IN [tags.b]", 40, "a constant is expected")]
    [InlineData("SELECT * FROM devices WHERE tags.a IN [[1]]", 40, "an array within an array")]
    [InlineData("SELECT * FROM devices WHERE [1] = tags.a", 29, "an array stands only after IN and NIN")]
    [InlineData("SELECT * FROM devices WHERE tags.a[0] = 1", 35, "an index into an array is not supported")]
    [InlineData("SELECT * FROM devices WHERE tags.1a = 1", 34, "neither a number nor a name")]
    [InlineData("SELECT * FROM devices WHERE tags.[[a = 1", 34, "'[[' is not closed")]
    [InlineData("SELECT * FROM devices WHERE tags.a = 'x", 38, "the string is not closed")]
    [InlineData("SELECT * FROM devices WHERE tags.a = 'x\\y'", 40, "a backslash in a string")]
    [InlineData("SELECT * FROM devices WHERE tags.a = 1e999", 38, "too large")]
    [InlineData("SELECT * FROM devices WHERE tags.a = 1 & 2", 40, "'&' is not supported")]
    [InlineData("SELECT * FROM devices WHERE LOWER(tags.a) = 'x'", 29, "the function LOWER is not supported; there is IS_DEFINED")]
    [InlineData("SELECT * FROM devices WHERE IS_DEFINED('x')", 40, "a property is expected")]
    [InlineData("SELECT * FROM devices GROUP BY tags.a, tags.b", 38, "more than one path")]
    [InlineData("SELECT * FROM devices GROUP BY tags.a", 8, "'*' is not supported with GROUP BY")]
    [InlineData("SELECT tags.b FROM devices GROUP BY tags.a", 8, "neither aggregated nor the path of GROUP BY")]
    [InlineData("SELECT COUNT() FROM devices", 8, "COUNT needs a name")]
    [InlineData("SELECT COUNT(tags.a) AS n FROM devices", 14, "')' is expected")]
    [InlineData("SELECT tags.a, tags.b.a FROM devices", 16, "two columns are called 'a'")]
    [InlineData("SELECT * FROM devices d", 23, "'d' stands where WHERE, GROUP BY or the end is expected")]
    [InlineData("SELECT * FROM devices; DROP TABLE twins", 22, "';' is not supported")]
    public void Query_ThatIsNotSupported_IsRefusedByNameAndPlace(string text, int position, string says)
    {
        var refusal = Assert.Throws<QueryException>(() => QueryParser.Parse(text));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(position, refusal.Position);
    }

    [Theory]
    [InlineData("SELECT * FROM devices")]
    [InlineData("select top 5 deviceId as id, tags.a.b, properties.desired.$version AS v from devices.modules where not (tags.a = 1 and tags.b <> 'x') or tags.c in [1, 'a', true, null]")]
    [InlineData("SELECT tags.ring AS ring, COUNT() AS n, avg(tags.x) AS mean FROM devices GROUP BY tags.ring")]
    [InlineData("SELECT deviceId FROM devices.modules WHERE moduleId = '$edgeAgent' AND configurations.[[a-b.c]].status = 'Applied'")]
    [InlineData("SELECT * FROM devices WHERE tags.from = 'select' AND tags.where.in = 0x1F AND -tags.n < -1.5e-3")]
    public void Query_OfTheDocumentedSubset_IsTaken(string text) => Assert.NotNull(QueryParser.Parse(text));

    [Theory]
    [InlineData("'it''s'", "it's")]
    [InlineData("\"say \"\"hi\"\"\"", "say \"hi\"")]
    [InlineData("""'a\'b\"c\\d\u20AC'""", "a'b\"c\\d€")]
    public void Strings_HaveTheDocumentedEscapes(string literal, string value)
    {
        var where = Assert.IsType<BinaryExpression>(QueryParser.Parse($"SELECT * FROM devices WHERE tags.a = {literal}").Where);

        Assert.Equal(QueryValue.Of(value), Assert.IsType<LiteralExpression>(where.Right).Value);
    }

    [Fact]
    public void Operators_BindAsInSql()
    {
        static BinaryExpression Where(string condition) => Assert.IsType<BinaryExpression>(QueryParser.Parse($"SELECT * FROM devices WHERE {condition}").Where);

        Assert.Equal(Where("tags.a = 1 OR (tags.b = 2 AND (NOT (tags.c = 3)))"), Where("tags.a = 1 OR tags.b = 2 AND NOT tags.c = 3"));
        Assert.Equal(Where("tags.a = (1 + (2 * (-3)))"), Where("tags.a = 1 + 2 * -3"));
        Assert.Equal(Where("tags.a = ((1 - 2) - 3)"), Where("tags.a = 1 - 2 - 3"));
    }

    [Theory]
    [InlineData("tags.a = \"x\"", 10, "a double quote is not allowed")]
    [InlineData("connectionState = 'Connected'", 1, "'connectionState' is no property")]
    [InlineData("tags.a = 'x' GROUP BY tags.a", 14, "AND, OR or the end is expected")]
    [InlineData("* AND tags.a = 1", 1, "'*' stands where a property")]
    [InlineData("FROM devices.modules WHERE moduleId = 'x'", 1, "'FROM' is no property")]
    public void Condition_ThatIsNotSupported_IsRefusedByNameAndPlace(string text, int position, string says)
    {
        var refusal = Assert.Throws<QueryException>(() => QueryParser.ParseCondition(text));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(position, refusal.Position);
    }

    [Fact]
    public void Nesting_HasABound_AndUpToItTheStackHolds()
    {
        Assert.Contains("nested deeper", Assert.Throws<QueryException>(() => QueryParser.ParseCondition($"{new string('(', 150)}tags.a{new string(')', 150)}")).Message, StringComparison.Ordinal);
        Assert.Contains("more than 2000 words", Assert.Throws<QueryException>(() => QueryParser.ParseCondition(string.Join(" OR ", Enumerable.Repeat("tags.a = 1", 1000)))).Message, StringComparison.Ordinal);
        var deepest = QueryParser.ParseCondition(string.Join(" + ", Enumerable.Repeat("1", 900)) + " = 900");

        Assert.True(Evaluation.Matches(deepest, []));
    }

    [Fact]
    public void Parser_WhateverItReads_NeverThrowsAnythingButItsRefusal()
    {
        string[] words =
        [
            "SELECT", "FROM", "WHERE", "devices", "devices.modules", "tags.a", "properties.reported.x.y", "deviceId", "AND", "OR", "NOT", "IN", "NIN", "=", "!=", "<", ">=", "(", ")", "[", "]", "[[", "]]", "'x'", "\"y\"",
            "1", "-1.5", "0x1F", "*", "+", "/", "%", ",", ".", "TOP", "AS", "COUNT()", "AVG(tags.n)", "GROUP", "BY", "IS_DEFINED(", "true", "null", "undefined", "'", "\\", "$", "é", " ", "\u0000",
        ];
        var soup = AnyOf(words).Array[0, 40].Select(parts => string.Join(' ', parts));
        var start = soup.Select(rest => $"SELECT * FROM devices WHERE {rest}");
        Gen.OneOf(soup, start, Gen.String).Sample(
            text =>
            {
                Try(() => QueryParser.Parse(text));
                Try(() => QueryParser.ParseCondition(text));
            },
            iter: 30_000);

        static void Try(Func<object> parse)
        {
            try
            {
                parse();
            }
            catch (QueryException)
            {
                // Refused, which is all that may happen.
            }
        }
    }

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);
}
