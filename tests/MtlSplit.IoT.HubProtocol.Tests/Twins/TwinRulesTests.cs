using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Twins;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Twins;

public sealed class TwinRulesTests
{
    [Theory]
    [InlineData("""{"a":{"b":[1,"x",true,{"c":1.5}]},"gone":null,"ä-_/+":1e300}""")]
    [InlineData("""{"min":-4503599627370496,"max":4503599627370495}""")]
    [InlineData("""{"$version":3,"$metadata":{"$lastUpdated":"x"},"a":1}""")]
    [InlineData("""{"1":{"2":{"3":{"4":{"5":{"6":{"7":{"8":{"9":{"10":{"property":"value"}}}}}}}}}}}""")]
    public void Section_WithinTheLimits_HasNoFault(string json) =>
        Assert.Null(TwinRules.Check(Documents.Parse(json), TwinSectionKind.Reported));

    [Theory]
    [InlineData("""{"a":{"b.c":1}}""", "a.b.c")]
    [InlineData("""{"a":{"$version":1}}""", "a.$version")]
    [InlineData("""{"$x":1}""", "$x")]
    [InlineData("""{"a#":1}""", "a#")]
    [InlineData("""{"a b":1}""", "a b")]
    [InlineData("""{"a\u0007":1}""", "a\a")]
    [InlineData("""{"":1}""", "")]
    [InlineData("""{"a":[1,null]}""", "a[1]")]
    [InlineData("""{"a":[[1],[{"b":[null]}]]}""", "a[1][0].b[0]")]
    [InlineData("""{"a":{"b":4503599627370496}}""", "a.b")]
    [InlineData("""{"a":[-4503599627370497]}""", "a[0]")]
    [InlineData("""{"a":99999999999999999999999999}""", "a")]
    [InlineData("""{"1":{"2":{"3":{"4":{"5":{"6":{"7":{"8":{"9":{"10":{"11":{}}}}}}}}}}}}""", "1.2.3.4.5.6.7.8.9.10.11")]
    [InlineData("""{"1":{"2":{"3":{"4":{"5":{"6":{"7":{"8":{"9":{"10":[[]]}}}}}}}}}}""", "1.2.3.4.5.6.7.8.9.10[0]")]
    public void Section_BeyondALimit_NamesThePlace(string json, string path)
    {
        var fault = TwinRules.Check(Documents.Parse(json), TwinSectionKind.Reported);
        Assert.Equal(path, fault?.Path);
        Assert.NotEmpty(fault!.Message);
    }

    [Fact]
    public void String_IsMeasuredInBytes()
    {
        Assert.Null(TwinRules.Check(new JsonObject { ["a"] = new string('x', 4096) }, TwinSectionKind.Desired));
        Assert.Null(TwinRules.Check(new JsonObject { ["a"] = new string('ä', 2048) }, TwinSectionKind.Desired));
        Assert.Equal("a", TwinRules.Check(new JsonObject { ["a"] = new string('x', 4097) }, TwinSectionKind.Desired)?.Path);
        Assert.Equal("a", TwinRules.Check(new JsonObject { ["a"] = new string('ä', 2049) }, TwinSectionKind.Desired)?.Path);
    }

    [Fact]
    public void Name_IsMeasuredInBytes()
    {
        Assert.Null(TwinRules.Check(new JsonObject { [new string('ä', 512)] = 1 }, TwinSectionKind.Desired));
        Assert.NotNull(TwinRules.Check(new JsonObject { [new string('ä', 513)] = 1 }, TwinSectionKind.Desired));
    }

    [Theory]
    [InlineData(TwinSectionKind.Desired, 32 * 1024)]
    [InlineData(TwinSectionKind.Reported, 32 * 1024)]
    [InlineData(TwinSectionKind.Tags, 8 * 1024)]
    public void Size_CountsCharactersNumbersAndFlags(TwinSectionKind kind, int limit)
    {
        // A name of one character and a number: 9. A name of one character and a flag: 5. The rest are strings under names of two.
        var section = new JsonObject { ["n"] = 1, ["f"] = true, ["$version"] = 1, ["$metadata"] = new JsonObject { ["$lastUpdated"] = new string('m', 5000) } };
        var left = limit - 14;
        for (var i = 10; left > 0; i++)
        {
            var length = Math.Min(4000, left - 2);
            section[i.ToString(null, null)] = new string('x', length);
            left -= length + 2;
        }

        Assert.Null(TwinRules.Check(section, kind));
        section["n"] = 1.5;
        Assert.Null(TwinRules.Check(section, kind));
        section["f"] = "five!";
        Assert.Equal("", TwinRules.Check(section, kind)?.Path);
    }
}
