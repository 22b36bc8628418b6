using System.Security.Cryptography;
using System.Text;
using MtlSplit.IoT.DevHub.Archives;
using MtlSplit.IoT.HubProtocol.Errors;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Archives;

public sealed class BundleFolderTests : IDisposable
{
    private static readonly string Digest = new('a', 64);

    private readonly DirectoryInfo _top = Directory.CreateTempSubdirectory("mtlsplit-archives-");
    private readonly BundleFolder _folder;

    public BundleFolderTests()
    {
        _top.CreateSubdirectory("served");
        _folder = BundleFolder.Open(At("served"));
        Write("served", $"{Digest}.mtlbundle", "the archive"u8);
    }

    public void Dispose() => _top.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData(".mtlbundle")]
    public async Task AnArchive_IsFoundByDigestAndByName(string ending)
    {
        var (content, digest) = await ReadAsync(Digest + ending);

        Assert.Equal("the archive"u8, content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), digest);
    }

    [Fact]
    public async Task AnArchiveThatIsReplaced_HasAnotherDigest_AndWhoReadsTheOldOneReadsOn()
    {
        var before = await _folder.OpenAsync(Digest, CancellationToken.None);
        Write("served", "next", "signed once more"u8);
        File.Move(At("served", "next"), At("served", $"{Digest}.mtlbundle"), overwrite: true);

        var (after, digest) = await ReadAsync(Digest);

        Assert.Equal("signed once more"u8, after);
        Assert.NotEqual(before.Digest, digest);
        await using (before.Content)
        {
            Assert.Equal("the archive", Encoding.UTF8.GetString(await AllAsync(before.Content)));
        }
    }

    [Theory]
    [InlineData("../secret.mtlbundle")]
    [InlineData("..%2fsecret.mtlbundle")]
    [InlineData("..\\secret.mtlbundle")]
    [InlineData("/etc/passwd")]
    [InlineData(".hidden.mtlbundle")]
    [InlineData("release.key.pem")]
    [InlineData("with space.mtlbundle")]
    [InlineData("line\n.mtlbundle")]
    [InlineData("a.mtlbundle\n")]
    [InlineData("")]
    public async Task WhatCannotBeAName_IsRefused(string name) =>
        Assert.Equal(HubErrors.ArgumentInvalid, (await Assert.ThrowsAsync<HubException>(() => _folder.OpenAsync(name, CancellationToken.None))).Code);

    [Fact]
    public async Task WhatIsNoFileOfTheFolder_IsNotThere()
    {
        Write("", "secret.mtlbundle", "secret"u8);
        File.CreateSymbolicLink(At("served", "link.mtlbundle"), At("secret.mtlbundle"));
        _top.CreateSubdirectory(Path.Combine("served", "folder.mtlbundle"));

        foreach (var name in (string[])["nothing.mtlbundle", new('b', 64), "link.mtlbundle", "folder.mtlbundle", "secret.mtlbundle"])
        {
            var missing = await Assert.ThrowsAsync<HubException>(() => _folder.OpenAsync(name, CancellationToken.None));
            Assert.Equal(404, missing.Code.HttpStatus);
            Assert.Contains(name, missing.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NoFolder_IsNamed() => Assert.Contains("nowhere", Assert.Throws<IOException>(() => BundleFolder.Open(At("nowhere"))).Message, StringComparison.Ordinal);

    private string At(params ReadOnlySpan<string> path) => Path.Combine([_top.FullName, .. path]);

    private void Write(string folder, string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(At(folder, name), content);

    private async Task<(byte[] Content, string Digest)> ReadAsync(string name)
    {
        var archive = await _folder.OpenAsync(name, CancellationToken.None);
        await using (archive.Content)
        {
            return (await AllAsync(archive.Content), archive.Digest);
        }
    }

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
