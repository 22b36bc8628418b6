using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Routes;

public sealed class RouteFunctionTests
{
    private static readonly HubMessage Message = new() { Properties = [new("text", "Split"), new("none", null)] };

    [Theory]
    [InlineData("abs(-2) = 2")]
    [InlineData("ABS(-2) = 2")]
    [InlineData("as_number('1.5') = 1.5")]
    [InlineData("as_number(' -1e2 ') = -100")]
    [InlineData("as_number(3) = 3")]
    [InlineData("NOT is_defined(as_number('one'))")]
    [InlineData("NOT is_defined(as_number(''))")]
    [InlineData("ceiling(1.2) = 2")]
    [InlineData("floor(-1.2) = -2")]
    [InlineData("exp(0) = 1")]
    [InlineData("power(2, 10) = 1024")]
    [InlineData("sign(-3) = -1 AND sign(0) = 0 AND sign(7) = 1")]
    [InlineData("sqrt(9) = 3")]
    [InlineData("NOT is_defined(sqrt(-1))")]
    [InlineData("square(-3) = 9")]
    [InlineData("concat('a', 'b', text) = 'abSplit'")]
    [InlineData("concat('a') = 'a'")]
    [InlineData("NOT is_defined(concat('a', 1))")]
    [InlineData("contains(text, 'pli')")]
    [InlineData("NOT contains(text, 'PLI')")]
    [InlineData("starts_with(text, 'Sp')")]
    [InlineData("ends_with(text, 'it')")]
    [InlineData("index_of(text, 'l') = 2")]
    [InlineData("index_of(text, 'z') = -1")]
    [InlineData("length(text) = 5")]
    [InlineData("lower(text) = 'split' AND upper(text) = 'SPLIT'")]
    [InlineData("substring(text, 2) = 'lit'")]
    [InlineData("substring(text, 1, 2) = 'pl'")]
    [InlineData("substring(text, 3, 99) = 'it'")]
    [InlineData("substring(text, 5) = ''")]
    [InlineData("NOT is_defined(substring(text, 6))")]
    [InlineData("NOT is_defined(substring(text, -1))")]
    [InlineData("is_bool(true) AND NOT is_bool(1) AND NOT is_bool(missing)")]
    [InlineData("is_defined(text) AND is_defined(none) AND NOT is_defined(missing)")]
    [InlineData("is_null(none) AND is_null(null) AND NOT is_null(text) AND NOT is_null(missing)")]
    [InlineData("is_number(1) AND NOT is_number(text)")]
    [InlineData("is_string(text) AND NOT is_string(none)")]
    [InlineData("NOT is_defined(length(1)) AND NOT is_defined(abs('1')) AND NOT is_defined(contains(text, 1)) AND NOT is_defined(upper(missing))")]
    public void Function_OfThatMessage_IsTrue(string condition) => Assert.True(RouteCondition.Parse(condition).Evaluate(Message));

    [Fact]
    public void AllFunctions_AreThoseOfTheLanguage() => Assert.Equal(
        "abs as_number ceiling concat contains ends_with exp floor index_of is_bool is_defined is_null is_number is_string length lower power sign sqrt square starts_with substring upper",
        string.Join(' ', RouteFunctions.All.Select(function => function.Name).Order(StringComparer.Ordinal)));
}
