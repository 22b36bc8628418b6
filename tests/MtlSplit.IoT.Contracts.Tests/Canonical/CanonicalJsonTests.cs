using System.Text;
using System.Text.Json;
using CsCheck;
using MtlSplit.IoT.Contracts.Canonical;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Canonical;

/// <summary>The number samples are those of RFC 8785, appendix B, by their IEEE 754 bits.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(unchecked((long)0x8000000000000000), "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(unchecked((long)0x8000000000000001), "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(unchecked((long)0xbecbf647612f3696), "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Number_IsWrittenAsEcmaScriptDoes(long bits, string expected) =>
        Assert.Equal(expected, CanonicalJson.Format(BitConverter.Int64BitsToDouble(bits)));

    [Fact]
    public void Number_ReadsBackToTheSameDouble() => Gen.Double.Where(double.IsFinite).Sample(value =>
        Assert.Equal(value, double.Parse(CanonicalJson.Format(value), System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Members_AreSortedByUtf16AndEscapesAreShortest()
    {
        var canonical = CanonicalJson.Canonicalise("{\"\\u20ac\": 1, \"\\r\": \"\\u000f\\n\\u0041'\\\\/\", \"\\ufb33\": [ 56.0, {\"d\":true, \"10\":null} ], \"1\": 1e1, \"\\ud83d\\ude00\": \"\"}"u8);
        Assert.Equal("{\"\\r\":\"\\u000f\\nA'\\\\/\",\"1\":10,\"€\":1,\"😀\":\"\",\"\ufb33\":[56,{\"10\":null,\"d\":true}]}", Encoding.UTF8.GetString(canonical));
    }

    [Fact]
    public void Canonical_Again_IsUnchanged()
    {
        var once = CanonicalJson.Canonicalise("""{ "b": [1.50, 2e3], "a": "x" }"""u8);
        Assert.Equal(once, CanonicalJson.Canonicalise(once));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1} x""")]
    [InlineData("""{"a":1e999}""")]
    [InlineData("{")]
    public void Text_WithoutACanonicalForm_IsRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => CanonicalJson.Canonicalise(Encoding.UTF8.GetBytes(json)));
}
