using System.Text;
using MtlSplit.IoT.Contracts.Features;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Features;

public sealed class FeatureDescriptorTests
{
    internal static readonly FeatureDescriptor Sample = new()
    {
        Backbone = new string('a', 64),
        Network = "mobilenet_v3_small",
        Cut = "features",
        Input = new InputSpec(64, 64, 3, InputSpec.BilinearHalfPixel),
        Feature = new FeatureSpec { Shape = [576, 2, 2] },
        Encodings =
        [
            new EncodingVariant(1, EncodingVariant.Float32, EncodingVariant.Zstandard),
            new EncodingVariant(2, EncodingVariant.Float16, EncodingVariant.Zstandard),
            new EncodingVariant(3, EncodingVariant.UInt8, EncodingVariant.Zstandard, new Quantiser(-0.375, 6.5)),
        ],
    };

    private const string Golden =
        """{"backbone":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","cut":"features","encodings":[{"compression":"zstd","id":1,"name":"f32"},{"compression":"zstd","id":2,"name":"f16"},{"compression":"zstd","id":3,"name":"u8","quantiser":{"high":6.5,"low":-0.375}}],"feature":{"shape":[576,2,2]},"input":{"channels":3,"height":64,"resampling":"bilinear-half-pixel","width":64},"network":"mobilenet_v3_small","schema":"mtlsplit.contract/1"}""";

    [Fact]
    public void CanonicalJson_KeepsItsBytes() => Assert.Equal(Golden, Encoding.UTF8.GetString(Sample.ToCanonicalJson()));

    [Fact]
    public void Contract_IsTheDigestOfTheCanonicalBytes()
    {
        Assert.Equal(ContractId.Of(Encoding.UTF8.GetBytes(Golden)), Sample.Contract);
        Assert.StartsWith("fc-" + Sample.Contract.ToString()[..12], Sample.Contract.ShortForm, StringComparison.Ordinal);
    }

    [Fact]
    public void Contract_OfAChangedCopy_Changes() =>
        Assert.NotEqual(Sample.Contract, (Sample with { Network = "vgg16" }).Contract);

    [Fact]
    public void Parse_OfReorderedJson_GivesTheSameContract()
    {
        var reordered = Golden.Replace("\"cut\":\"features\",", "", StringComparison.Ordinal).Replace("{\"backbone\"", "{ \"cut\" : \"features\", \"backbone\"", StringComparison.Ordinal);
        Assert.NotEqual(Golden, reordered);
        Assert.Equal(Sample.Contract, FeatureDescriptor.Parse(Encoding.UTF8.GetBytes(reordered)).Contract);
    }

    [Theory]
    [InlineData("mtlsplit.contract/1", "mtlsplit.contract/2", "schema")]
    [InlineData("\"cut\"", "\"cut2\"", "cut2")]
    [InlineData("\"features\"", "\"\"", "cut")]
    [InlineData("[576,2,2]", "[576,0,2]", "feature.shape")]
    [InlineData("[576,2,2]", "[1000000,1000000,1000000]", "feature.shape")]
    [InlineData("[576,2,2]", "null", "shape")]
    [InlineData("bilinear-half-pixel", "nearest", "resampling")]
    [InlineData("\"id\":2", "\"id\":1", "stands twice")]
    [InlineData("\"id\":2", "\"id\":-1", "id")]
    [InlineData("\"f16\"", "\"f8\"", "f8")]
    [InlineData("\"high\":6.5", "\"high\":-6.5", "quantiser")]
    [InlineData(",\"quantiser\":{\"high\":6.5,\"low\":-0.375}", "", "quantiser")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "AAAA", "backbone")]
    public void Parse_OfABrokenDescriptor_SaysWhere(string text, string replacement, string named)
    {
        var e = Assert.Throws<DescriptorException>(() => FeatureDescriptor.Parse(Encoding.UTF8.GetBytes(Golden.Replace(text, replacement, StringComparison.Ordinal))));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(null)]
    public void ContractId_OfAnotherText_IsRefused(string? text) => Assert.False(ContractId.TryParse(text, out _));

    [Fact]
    public void ContractAndFrameIds_ReadBackFromText()
    {
        Assert.Equal(Sample.Contract, ContractId.Parse(Sample.Contract.ToString()));
        var frame = new FrameId(0xFEDCBA9876543210, 7);
        Assert.True(FrameId.TryParse(frame.ToString(), out var read));
        Assert.Equal(frame, read);
    }
}
