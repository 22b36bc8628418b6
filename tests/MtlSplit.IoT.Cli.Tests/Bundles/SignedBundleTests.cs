using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Bundles;

/// <summary>From a key to a signed archive and back, and what is said to bad ones.</summary>
public sealed class SignedBundleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");
    private readonly TinyBundle _tiny = TinyBundle.Create();

    private string Keys => Path.Combine(_folder.FullName, "keys");

    private string Out => Path.Combine(_folder.FullName, "out");

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AKey_SignsAnArchive_ThatVerifiesByItsPublicPart()
    {
        var made = await Mtlsplit.JsonAsync("keys", "create", "release", "--out", Keys, "--json");
        var (secret, open, id) = (Text(made, "privateFile"), Text(made, "publicFile"), Text(made, "id"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(secret));
        var (_, shown) = await Mtlsplit.RunAsync("keys", "show", secret);
        Assert.Contains(id, shown, StringComparison.Ordinal);
        Assert.Contains("BEGIN PUBLIC KEY", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", shown, StringComparison.Ordinal);

        var packed = await Mtlsplit.JsonAsync("bundle", "pack", _tiny.Folder, "--out", Out, "--key", secret, "--json");

        var archive = Text(packed, "path");
        Assert.Equal(Path.Combine(Out, _tiny.Bundle.Digest + ".mtlbundle"), archive);
        Assert.False(File.Exists(Path.Combine(_tiny.Folder, "model.sig")));
        var verified = await Mtlsplit.JsonAsync("bundle", "verify", archive, "--trust", open, "--json");
        Assert.True(verified["passed"]!.GetValue<bool>());
        Assert.Equal([id], verified["signedBy"]!.AsArray().Select(k => k!.GetValue<string>()));
        var (exit, said) = await Mtlsplit.RunAsync("bundle", "show", archive);
        Assert.Equal(0, exit);
        Assert.Contains(id, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_PutsTheArchiveIntoTheHubsFolder_AndNeverAnUnsignedOneInASignedOnesPlace()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        var (secret, _) = WriteKey("release");
        var served = Path.Combine(_folder.FullName, "served");
        var there = Path.Combine(served, _tiny.Bundle.Digest + ".mtlbundle");
        string[] rest = ["--data", Path.Combine(_folder.FullName, "data"), "--bundles", served, "--fleet", "north", "--broker", $"127.0.0.1:{broker.Port}"];

        var (unsigned, said) = await Mtlsplit.RunAsync(["bundle", "publish", _tiny.Folder, .. rest]);
        Assert.True(unsigned == 0, said);
        Assert.Contains($"{there}: not signed", said, StringComparison.Ordinal);
        var archive = Text(await Mtlsplit.JsonAsync("bundle", "pack", _tiny.Folder, "--out", Out, "--key", secret, "--json"), "path");
        var (signed, saidOfSigned) = await Mtlsplit.RunAsync(["bundle", "publish", archive, .. rest]);
        Assert.True(signed == 0, saidOfSigned);
        var (again, saidAgain) = await Mtlsplit.RunAsync(["bundle", "publish", _tiny.Folder, .. rest]);
        Assert.True(again == 0, saidAgain);

        Assert.Contains($"{there}: it is there already", saidAgain, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(archive), File.ReadAllBytes(there));
    }

    [Fact]
    public async Task ASecondSignature_JoinsTheFirst_InArchiveAndFolder()
    {
        var (one, other) = (WriteKey("one"), WriteKey("other"));
        var archive = Text(await Mtlsplit.JsonAsync("bundle", "pack", _tiny.Folder, "--out", Out, "--key", one.Secret, "--json"), "path");

        var signed = await Mtlsplit.JsonAsync("bundle", "sign", archive, "--key", other.Secret, "--json");
        await Mtlsplit.JsonAsync("bundle", "sign", _tiny.Folder, "--key", other.Secret, "--json");

        Assert.Equal(2, signed["keys"]!.AsArray().Count);
        foreach (var (path, trust, passes) in new[] { (archive, one.Open, true), (archive, other.Open, true), (_tiny.Folder, other.Open, true), (_tiny.Folder, one.Open, false) })
        {
            var (exit, said) = await Mtlsplit.RunAsync("bundle", "verify", path, "--trust", trust);
            Assert.True((exit == 0) == passes, said);
        }
    }

    [Fact]
    public async Task ANewReleaseOfOldBytes_HasAnotherDigest_AndItsParent_AndExpires()
    {
        var key = WriteKey("release");

        var packed = await Mtlsplit.JsonAsync("bundle", "pack", _tiny.Folder, "--out", Out, "--key", key.Secret, "--release", "77", "--expires", "2020-02-29", "--json");

        Assert.NotEqual(_tiny.Bundle.Digest, Text(packed, "bundle"));
        Assert.Equal(77, packed["releaseCounter"]!.GetValue<long>());
        var manifest = await Mtlsplit.JsonAsync("bundle", "show", Text(packed, "path"), "--json");
        Assert.Equal(_tiny.Bundle.Digest, Text(manifest["lineage"]!, "parent"));
        var (exit, said) = await Mtlsplit.RunAsync("bundle", "verify", Text(packed, "path"), "--trust", key.Open);
        Assert.Equal(1, exit);
        Assert.Contains("(expired)", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut in half")]
    [InlineData("a path that leaves the folder")]
    [InlineData("a symbolic link")]
    [InlineData("a bomb that hides it")]
    [InlineData("a flipped bit")]
    [InlineData("no signature")]
    [InlineData("a stranger's signature")]
    public async Task ABrokenArchive_IsRefusedByItsCode(string way)
    {
        using var key = SigningKey.Create();
        var (archive, trust) = (Path.Combine(_folder.FullName, "it.mtlbundle"), Path.Combine(_folder.FullName, "trusted.pem"));
        File.WriteAllBytes(archive, BrokenArchive.Make(way, _tiny.Bundle, key));
        File.WriteAllText(trust, key.PublicPem());

        var (exit, said) = await Mtlsplit.RunAsync("bundle", "verify", archive, "--trust", trust, "--json");

        var json = JsonNode.Parse(said)!;
        Assert.Equal(1, exit);
        Assert.False(json["passed"]!.GetValue<bool>());
        Assert.Equal(BrokenArchive.Ways[way].Code(), Text(json, "fault"));
        Assert.Contains("it.mtlbundle", Text(json, "reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeDone_IsSaid()
    {
        var key = WriteKey("release");
        (int Exit, string Complaint, string[] Args)[] cases =
        [
            (1, "exists already, and keys are never overwritten", ["keys", "create", "release", "--out", Keys]),
            (2, "'a/b' is no name", ["keys", "create", "a/b", "--out", Keys]),
            (1, "there is no such file", ["keys", "show", "/nowhere/key.pem"]),
            (1, "it holds no PEM block", ["keys", "show", Path.Combine(_tiny.Folder, "model.json")]),
            (1, "signing takes the private one", ["bundle", "sign", _tiny.Folder, "--key", key.Open]),
            (1, "there is no such file", ["bundle", "pack", _tiny.Folder, "--out", Out, "--key", "/nowhere/key.pem"]),
            (1, "there is no such file", ["bundle", "pack", "/nowhere", "--out", Out]),
            (2, "--expires: 'soon' is no date", ["bundle", "pack", _tiny.Folder, "--out", Out, "--expires", "soon"]),
            (2, "--release", ["bundle", "pack", _tiny.Folder, "--out", Out, "--release", "-1"]),
            (2, "--out", ["bundle", "pack", _tiny.Folder]),
            (2, "--key", ["bundle", "sign", _tiny.Folder]),
            (1, "only public ones belong among the trusted", ["bundle", "verify", _tiny.Folder, "--trust", key.Secret]),
            (1, "so nobody vouches for it (unsigned)", ["bundle", "verify", _tiny.Folder, "--trust", key.Open]),
        ];
        foreach (var (exit, complaint, args) in cases)
        {
            var (code, said) = await Mtlsplit.RunAsync(args);
            Assert.True(code == exit && said.Contains(complaint, StringComparison.Ordinal), $"{string.Join(' ', args)}: {code}, {said}");
            Assert.StartsWith("error: ", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
    }

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private (string Secret, string Open) WriteKey(string name)
    {
        using var key = SigningKey.Create();
        Directory.CreateDirectory(Keys);
        var (secret, open) = (Path.Combine(Keys, name + ".key.pem"), Path.Combine(Keys, name + ".pub.pem"));
        File.WriteAllText(secret, key.PrivatePem());
        File.WriteAllText(open, key.PublicPem());
        return (secret, open);
    }
}
