using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Testing.Packages;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Images;

/// <summary><c>mtlsplit image build</c> with a program and packages that are given, so that nothing is compiled or fetched.</summary>
public sealed class BuildCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-build-");
    private readonly string _program;
    private readonly string _packages;

    public BuildCommandTests()
    {
        _program = _folder.CreateSubdirectory("program").FullName;
        File.WriteAllText(Path.Combine(_program, "MtlSplit.IoT.Backbone"), "#!/bin/sh\n");
        _packages = _folder.CreateSubdirectory("packages").FullName;
        foreach (var architecture in (string[])["amd64", "arm64"])
        {
            var folder = Directory.CreateDirectory(Path.Combine(_packages, architecture)).FullName;
            foreach (var name in (string[])["base-files", "ca-certificates", "libc6", "libgcc-s1", "libssl3", "libstdc++6"])
            {
                MadePackage.Make(folder, name, architecture: architecture);
            }
        }
    }

    private string Archive => Path.Combine(_folder.FullName, "image.tar");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Build_Twice_GivesTheSameBytesAndSaysWhatItMade()
    {
        var first = await BuildAsync("--name", "registry.example/backbone", "--tag", "1.2.0");
        var bytes = await File.ReadAllBytesAsync(Archive, TestContext.Current.CancellationToken);
        var second = await BuildAsync("--name", "registry.example/backbone", "--tag", "1.2.0");

        Assert.Equal(first["digest"]!.GetValue<string>(), second["digest"]!.GetValue<string>());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Archive, TestContext.Current.CancellationToken));
        var image = Assert.Single(first["images"]!.AsArray())!;
        Assert.Equal(("linux-x64", "registry.example/backbone:1.2.0", "Given"), (image["platform"]!.GetValue<string>(), image["reference"]!.GetValue<string>(), image["publication"]!.GetValue<string>()));
        Assert.Equal(first["digest"]!.GetValue<string>(), image["digest"]!.GetValue<string>());
        Assert.Matches("^sha256:[0-9a-f]{64}$", image["id"]!.GetValue<string>());
        Assert.Equal(["base-files", "ca-certificates", "libc6", "libgcc-s1", "libssl3", "libstdc++6"], image["packages"]!.AsArray().Select(package => package!["name"]!.GetValue<string>()));
        Assert.Equal(Archive, first["file"]!.GetValue<string>());
    }

    [Fact]
    public async Task Build_ForPeople_EndsWithHowToLoadIt()
    {
        var (exit, said) = await RunAsync("--platform", "linux-arm64");

        Assert.Equal(0, exit);
        Assert.Contains("linux-arm64: mtlsplit/backbone:0.1.0, Given, ", said, StringComparison.Ordinal);
        Assert.EndsWith($"docker load --input {Archive}", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_OfEverything_IsTheOneThatIsGiven()
    {
        var environment = new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1700000000" };
        await using var program = Mtlsplit.Start(environment, ["image", "build", "--out", Archive, "--program", _program, "--packages", _packages, "--json"]);

        Assert.Equal(0, await program.ExitAsync());
        Assert.Equal("2023-11-14T22:13:20+00:00", JsonNode.Parse(program.Output)!["created"]!.GetValue<string>());
    }

    [Fact]
    public async Task Keys_GoAlongAndChangeTheImage()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = _folder.CreateSubdirectory("keys").FullName;
        await File.WriteAllTextAsync(Path.Combine(keys, "release.pub.pem"), key.ExportSubjectPublicKeyInfoPem(), TestContext.Current.CancellationToken);

        Assert.NotEqual((await BuildAsync())["digest"]!.GetValue<string>(), (await BuildAsync("--keys", keys))["digest"]!.GetValue<string>());

        await File.WriteAllTextAsync(Path.Combine(keys, "release.key.pem"), key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        var (exit, said) = await RunAsync("--keys", keys);
        Assert.Equal(1, exit);
        Assert.Contains("release.key.pem", said, StringComparison.Ordinal);
        Assert.Contains("private key", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--out", "image", "build")]
    [InlineData(2, "--platform: 'linux-mips' is none of linux-x64, linux-arm64", "image", "build", "--out", "x.tar", "--platform", "linux-mips")]
    [InlineData(2, "--name: 'UPPER:1' is no image's name", "image", "build", "--out", "x.tar", "--name", "UPPER:1")]
    [InlineData(2, "--name: 'Upper' is no image's name", "image", "build", "--out", "x.tar", "--name", "Upper")]
    [InlineData(2, "--tag: 'a b' is no tag", "image", "build", "--out", "x.tar", "--tag", "a b")]
    [InlineData(2, "--out: . is a folder", "image", "build", "--out", ".")]
    [InlineData(2, "--program: a published program is for one platform", "image", "build", "--out", "x.tar", "--program", "p", "--platform", "linux-x64", "--platform", "linux-arm64")]
    [InlineData(1, "nowhere holds no MtlSplit.IoT.sln", "image", "build", "--out", "x.tar", "--source", "nowhere")]
    [InlineData(2, "--name: 'a:1' is no image's name", "image", "build", "--out", "x.tar", "--name", "a:1")]
    [InlineData(1, "error: nowhere", "image", "build", "--out", "x.tar", "--keys", "nowhere")]
    public async Task WhatCannotBeBuilt_IsSaidWithTheRightExitCode(int expected, string complaint, params string[] args)
    {
        var (exit, said) = await Mtlsplit.RunAsync(args);

        Assert.Equal(expected, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_ThatIsThere_StaysWhereTheBuildFails()
    {
        await File.WriteAllTextAsync(Archive, "the old one", TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(_program, "MtlSplit.IoT.Backbone"));

        var (exit, said) = await RunAsync();

        Assert.Equal(1, exit);
        Assert.Contains($"error: {_program} holds no program MtlSplit.IoT.Backbone.", said, StringComparison.Ordinal);
        Assert.Equal("the old one", await File.ReadAllTextAsync(Archive, TestContext.Current.CancellationToken));
    }

    private Task<(int Exit, string Said)> RunAsync(params string[] args) =>
        Mtlsplit.RunAsync(["image", "build", "--out", Archive, "--program", _program, "--packages", _packages, .. args]);

    private Task<JsonNode> BuildAsync(params string[] args) =>
        Mtlsplit.JsonAsync(["image", "build", "--out", Archive, "--program", _program, "--packages", _packages, "--json", .. args]);
}
