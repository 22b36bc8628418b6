using MtlSplit.IoT.Images.Layers;
using Xunit;

namespace MtlSplit.IoT.Images.Tests.Layers;

/// <summary>What a layer takes.</summary>
public sealed class LayerContentTests
{
    [Fact]
    public void Parents_ComeByThemselves()
    {
        var layer = new LayerContent();

        layer.AddFile("a/b/c", "x"u8.ToArray());

        Assert.Equal(["a", "a/b", "a/b/c"], layer.Paths);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/./b")]
    public void Path_OutOfTheImage_IsRefused(string path) => Assert.Contains($"'{path}'", Assert.Throws<ImageException>(() => new LayerContent().AddFile(path, "x"u8.ToArray())).Message, StringComparison.Ordinal);

    [Fact]
    public void File_WhereAFolderOrLinkIs_IsRefused()
    {
        var layer = new LayerContent();
        layer.AddFile("a/b", "x"u8.ToArray());
        layer.AddLink("lib", "usr/lib");

        Assert.Throws<ImageException>(() => layer.AddFile("a", "x"u8.ToArray()));
        Assert.Throws<ImageException>(() => layer.AddFile("lib/x", "x"u8.ToArray()));
    }
}
