using System.Formats.Tar;
using System.Text;
using MtlSplit.IoT.Images.Debian;
using MtlSplit.IoT.Images.Layers;
using MtlSplit.IoT.Testing.Packages;
using Xunit;

namespace MtlSplit.IoT.Images.Tests.Debian;

/// <summary>What becomes of packages in the lowest layer.</summary>
public sealed class RootFileSystemTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-root-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Libraries_OfOldPlaces_ComeWhereEverySystemHasThem()
    {
        var layer = await BuildAsync(("libx", new()
        {
            ["lib/x86_64-linux-gnu/libx.so.1.2"] = "x",
            ["usr/lib/x86_64-linux-gnu/libx.so.1"] = "-> libx.so.1.2",
            ["lib64/loader"] = "-> /lib/x86_64-linux-gnu/libx.so.1.2",
        }));

        Assert.Equal("x", TextOf(layer, "usr/lib/x86_64-linux-gnu/libx.so.1.2"));
        Assert.Equal((TarEntryType.SymbolicLink, "libx.so.1.2"), (layer.Entries["usr/lib/x86_64-linux-gnu/libx.so.1"].Type, layer.Entries["usr/lib/x86_64-linux-gnu/libx.so.1"].Target));
        Assert.Equal((TarEntryType.SymbolicLink, "usr/lib"), (layer.Entries["lib"].Type, layer.Entries["lib"].Target));
        Assert.Equal("usr/lib64", layer.Entries["lib64"].Target);
        Assert.DoesNotContain(layer.Paths, path => path.StartsWith("lib/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatPeopleRead_IsLeftOutAndLicencesStay()
    {
        var layer = await BuildAsync(("libx", new()
        {
            ["usr/share/man/man1/x.1"] = "read me",
            ["usr/share/locale/de/x.mo"] = "lies mich",
            ["usr/share/doc/libx/README"] = "read me",
            ["usr/share/doc/libx/copyright"] = "free",
            ["usr/lib/x86_64-linux-gnu/gconv/UTF-7.so"] = "x",
            ["etc/init.d/x"] = "start",
            ["etc/x.conf"] = "y",
        }));

        Assert.Equal("free", TextOf(layer, "usr/share/doc/libx/copyright"));
        Assert.Equal("y", TextOf(layer, "etc/x.conf"));
        Assert.DoesNotContain(layer.Paths, path => path.Contains("README", StringComparison.Ordinal) || path.Contains("/man", StringComparison.Ordinal)
            || path.Contains("locale", StringComparison.Ordinal) || path.Contains("gconv", StringComparison.Ordinal) || path.Contains("init.d", StringComparison.Ordinal));
    }

    [Fact]
    public async Task System_TellsItsNameAndItsPackages()
    {
        var layer = await BuildAsync(
            ("base-files", new() { ["usr/lib/os-release"] = "ID=debian", ["etc/os-release"] = "-> ../usr/lib/os-release", ["etc/motd"] = "welcome" }),
            ("libx", []));

        Assert.Equal("ID=debian", TextOf(layer, "usr/lib/os-release"));
        Assert.DoesNotContain("etc/motd", layer.Paths);
        // Where scanners of images look.
        Assert.Contains("Package: libx\nVersion: 1.0\n", TextOf(layer, "var/lib/dpkg/status.d/libx"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorities_AreOneFileThatProgramsFind()
    {
        var layer = await BuildAsync(("ca-certificates", new() { ["usr/share/ca-certificates/mozilla/A.crt"] = "AAA", ["usr/share/ca-certificates/mozilla/B.crt"] = "BBB" }));

        Assert.Equal("AAA\nBBB\n", TextOf(layer, "etc/ssl/certs/ca-certificates.crt"));
        Assert.DoesNotContain("usr/share/ca-certificates/mozilla/A.crt", layer.Paths);
    }

    [Fact]
    public async Task User_HasAHomeOfItsOwnAndMayWriteNowhereElseButTemporaryFolders()
    {
        var layer = await BuildAsync(("libx", new() { ["usr/bin/x"] = "x" }));

        Assert.Contains($"mtlsplit:x:{RootFileSystem.User}:{RootFileSystem.User}::/{RootFileSystem.Home}:", TextOf(layer, "etc/passwd"), StringComparison.Ordinal);
        Assert.Equal(RootFileSystem.User, layer.Entries[RootFileSystem.Home].Owner);
        Assert.All(layer.Entries.Where(entry => entry.Key != RootFileSystem.Home), entry => Assert.Equal(0, entry.Value.Owner));
        Assert.Equal(["tmp", "var/tmp"], layer.Entries.Where(entry => entry.Value.Type != TarEntryType.SymbolicLink && entry.Value.Mode.HasFlag(UnixFileMode.OtherWrite)).Select(entry => entry.Key));
        Assert.DoesNotContain(layer.Entries.Values, entry => entry.Mode.HasFlag(UnixFileMode.SetUser) || entry.Mode.HasFlag(UnixFileMode.SetGroup));
    }

    [Fact]
    public async Task Packages_Same_GiveTheSameLayer()
    {
        (string, Dictionary<string, string>)[] packages = [("libx", new() { ["usr/lib/a"] = "a", ["usr/lib/b"] = "b" }), ("liby", new() { ["usr/lib/c"] = "c" })];
        var time = DateTimeOffset.UnixEpoch;

        var first = (await BuildAsync(packages)).Write(_folder.CreateSubdirectory("1").FullName, time, "");
        var second = (await BuildAsync([.. packages.Reverse()])).Write(_folder.CreateSubdirectory("2").FullName, time, "");

        Assert.Equal((first.DiffId, first.Digest), (second.DiffId, second.Digest));
    }

    private static string TextOf(LayerContent layer, string path) => Encoding.UTF8.GetString(layer.Entries[path].Read().Span);

    private async Task<LayerContent> BuildAsync(params (string Name, Dictionary<string, string> Files)[] packages)
    {
        var ct = TestContext.Current.CancellationToken;
        List<DebianPackage> read = [];
        foreach (var (name, files) in packages)
        {
            read.Add(await DebianPackage.ReadAsync(MadePackage.Make(_folder.FullName, name, files), Platform.LinuxX64, TimeProvider.System, ct));
        }

        return await RootFileSystem.BuildAsync(read, TimeProvider.System, ct);
    }
}
