using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Messages;

public sealed class HubJsonTests
{
    [Fact]
    public void Document_WrittenAndRead_IsTheSame() => Documents.Patches.Sample(document =>
        JsonNode.DeepEquals(document, HubJson.ParseObject(HubJson.ToUtf8(document), "it")));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"b\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{} {}")]
    [InlineData("nul")]
    public void Text_ThatIsNoJson_IsRefusedWithAReason(string text)
    {
        Assert.False(HubJson.TryParse(Encoding.UTF8.GetBytes(text), out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void NestingBeyondTheLimit_IsRefused() =>
        Assert.False(HubJson.TryParse(Encoding.UTF8.GetBytes(new string('[', 100_000)), out _, out _));

    [Theory]
    [InlineData("[]", "an array")]
    [InlineData("null", "null")]
    [InlineData("1", "a number")]
    public void ParseObject_OfAnotherValue_SaysWhatItIs(string text, string what)
    {
        var e = Assert.Throws<HubFormatException>(() => HubJson.ParseObject(Encoding.UTF8.GetBytes(text), "twin"));
        Assert.StartsWith("twin:", e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ByteOrderMark_IsPassedOver() => Assert.True(HubJson.TryParseObject([0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'], out _, out _));

    [Fact]
    public void Null_IsWrittenAsNull() => Assert.Equal("null"u8.ToArray(), HubJson.ToUtf8(null));

    [Fact]
    public void TryParse_OfAnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 30].Sample(bytes => HubJson.TryParseObject(bytes, out var read, out var fault) == (read is not null && fault is null));
}
