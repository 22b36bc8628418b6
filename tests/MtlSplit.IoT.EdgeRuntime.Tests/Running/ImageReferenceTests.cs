using MtlSplit.IoT.EdgeRuntime.Running.Containers;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Running;

/// <summary>How an image's name is taken apart.</summary>
public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("backbone", "backbone", "latest")]
    [InlineData("mtlsplit/backbone:1.0", "mtlsplit/backbone", "1.0")]
    [InlineData("host:5000/name", "host:5000/name", "latest")]
    [InlineData("host:5000/name:tag", "host:5000/name", "tag")]
    [InlineData("localhost/name:tag", "localhost/name", "tag")]
    [InlineData("registry.example/a/b_c/d-e:1.0-linux-amd64", "registry.example/a/b_c/d-e", "1.0-linux-amd64")]
    [InlineData("name@" + Digest, "name", Digest)]
    [InlineData("name:1.0@" + Digest, "name", Digest)]
    [InlineData("host:5000/a/name:1.0@" + Digest, "host:5000/a/name", Digest)]
    [InlineData("Registry.Example:443/name", "Registry.Example:443/name", "latest")]
    public void Image_Name_ComesApart(string image, string name, string version) => Assert.Equal(new ImageReference(name, version), ImageReference.Parse(image));

    [Theory]
    [InlineData("")]
    [InlineData("Name")]
    [InlineData("name:")]
    [InlineData("name@")]
    [InlineData("name@sha256:12")]
    [InlineData("name@md5:0123456789abcdef0123456789abcdef")]
    [InlineData("/name")]
    [InlineData("a//b")]
    [InlineData("name?tag=1")]
    [InlineData("name/../other")]
    [InlineData("name:1:2")]
    [InlineData("host:port/name")]
    public void Image_ThatIsNone_IsRefused(string image) => Assert.Contains($"'{image}'", Assert.Throws<FormatException>(() => ImageReference.Parse(image)).Message, StringComparison.Ordinal);
}
