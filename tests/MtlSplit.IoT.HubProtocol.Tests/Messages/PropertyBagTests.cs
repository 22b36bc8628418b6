using CsCheck;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Messages;

public sealed class PropertyBagTests
{
    private static readonly Gen<PropertyBag> Bags = Gen.Select(Texts.Names, Gen.Null(Texts.Any), KeyValuePair.Create<string, string?>).List[0, 8].Select(pairs => new PropertyBag(pairs));

    [Fact]
    public void Bag_WrittenAndRead_IsTheSame() => Bags.Sample(bag =>
    {
        var text = bag.ToString();
        Assert.Equal(bag, PropertyBag.Parse(text));
        Assert.DoesNotContain(text, c => c is '/' or '+' or '#' or '$' or '?' or '\0');
    });

    [Fact]
    public void NullAndEmpty_AreDifferentValues()
    {
        var bag = new PropertyBag(("a", null), ("b", ""), ("c", "x"));
        Assert.Equal("a&b=&c=x", bag.ToString());
        Assert.Equal(bag, PropertyBag.Parse("a&b=&c=x"));
        Assert.True(bag.TryGetValue("a", out var a));
        Assert.True(bag.TryGetValue("b", out var b));
        Assert.Null(a);
        Assert.Equal("", b);
        Assert.False(bag.TryGetValue("A", out _));
    }

    [Fact]
    public void Dollar_IsWrittenEncodedAndReadEitherWay()
    {
        Assert.Equal("%24.on=out", new PropertyBag(("$.on", "out")).ToString());
        Assert.Equal(PropertyBag.Parse("$.on=out"), PropertyBag.Parse("%24.on=out"));
    }

    [Theory]
    [InlineData("a=1=2", "a", "1=2")]
    [InlineData("a=50%", "a", "50%")]
    [InlineData("a=1%2B1+1", "a", "1+1+1")]
    [InlineData("%C3%A4=%e2%82%ac", "ä", "€")]
    public void OddText_IsReadAsItStands(string text, string name, string value) =>
        Assert.Equal(KeyValuePair.Create<string, string?>(name, value), Assert.Single(PropertyBag.Parse(text)));

    [Theory]
    [InlineData("&")]
    [InlineData("a=1&")]
    [InlineData("=1")]
    [InlineData("a=1&&b=2")]
    public void Property_WithoutAName_IsRefused(string text)
    {
        Assert.False(PropertyBag.TryParse(text, out _));
        Assert.Throws<HubFormatException>(() => PropertyBag.Parse(text));
    }

    [Fact]
    public void RepeatedName_IsKept_AndTheLastOneCounts()
    {
        var bag = PropertyBag.Parse("a=1&b=2&a=3");
        Assert.Equal(3, bag.Count);
        Assert.True(bag.TryGetValue("a", out var value));
        Assert.Equal("3", value);
    }

    [Fact]
    public void TryParse_OfAnyText_NeverThrows() => Texts.Any.Sample(text => PropertyBag.TryParse(text, out var bag) == (bag is not null));

    [Fact]
    public void Bag_WithAnEmptyName_CannotBeMade()
    {
        Assert.Throws<ArgumentException>(() => new PropertyBag(("", "x")));
        Assert.Throws<ArgumentException>(() => new PropertyBag([KeyValuePair.Create<string, string?>("", "x")]));
    }
}
