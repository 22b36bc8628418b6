using System.Formats.Tar;
using MtlSplit.IoT.Images.Layers;
using MtlSplit.IoT.Images.Oci;
using Xunit;

namespace MtlSplit.IoT.Images.Tests.Oci;

/// <summary>Archives, read back.</summary>
public sealed class OciArchiveTests : IDisposable
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("img-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Archive_OfOnePlatform_IsReadByBothKindsOfReaders()
    {
        var file = Path.Combine(_folder.FullName, "one.tar");
        var image = Build("one", Platform.LinuxX64);

        var digest = OciArchive.Write(file, "registry.example/a/b", "1.0", [image], Time);

        var read = new ReadArchive(file);
        Assert.Equal("1.0.0", read.Layout["imageLayoutVersion"]!.GetValue<string>());
        var top = Assert.Single(read.Index["manifests"]!.AsArray())!;
        Assert.Equal((digest, image.Digest, "amd64"), (top["digest"]!.GetValue<string>(), digest, top["platform"]!["architecture"]!.GetValue<string>()));
        Assert.Equal("1.0", top["annotations"]!["org.opencontainers.image.ref.name"]!.GetValue<string>());
        Assert.Equal("registry.example/a/b:1.0", top["annotations"]!["io.containerd.image.name"]!.GetValue<string>());
        var manifest = read.FollowJson(top);
        var entries = read.EntriesOf(manifest);
        Assert.Equal(["app/", "app/link", "app/program", "var/", "var/own/"], entries.Select(entry => entry.Name));
        Assert.All(entries, entry => Assert.Equal(Time, entry.ModificationTime));
        Assert.Equal((TarEntryType.SymbolicLink, "program"), (entries[1].EntryType, entries[1].LinkName));
        Assert.True(entries[2].Mode.HasFlag(UnixFileMode.OtherExecute));
        Assert.Equal((10001, 10001), (entries[4].Uid, entries[4].Gid));

        var config = read.FollowJson(manifest["config"]!);
        Assert.Equal(("amd64", "linux", "2023-11-14T22:13:20Z"), (config["architecture"]!.GetValue<string>(), config["os"]!.GetValue<string>(), config["created"]!.GetValue<string>()));
        Assert.Equal(("10001:10001", "/app/program"), (config["config"]!["User"]!.GetValue<string>(), config["config"]!["Entrypoint"]![0]!.GetValue<string>()));
        Assert.Contains("MOOD=good", config["config"]!["Env"]!.AsArray().Select(variable => variable!.GetValue<string>()));
        Assert.Equal("title", config["config"]!["Labels"]!["org.opencontainers.image.title"]!.GetValue<string>());

        var docker = Assert.Single(read.Docker)!;
        Assert.Equal("registry.example/a/b:1.0", Assert.Single(docker["RepoTags"]!.AsArray())!.GetValue<string>());
        Assert.Equal(config.ToJsonString(), read.Json(docker["Config"]!.GetValue<string>()).ToJsonString());
        Assert.Equal(image.Layers.Select(layer => ContentDigest.PathOf(layer.Digest)), docker["Layers"]!.AsArray().Select(layer => layer!.GetValue<string>()));
    }

    [Fact]
    public void Archive_OfTwoPlatforms_HasAnIndexAndTagsOfTheirOwn()
    {
        var file = Path.Combine(_folder.FullName, "two.tar");

        var digest = OciArchive.Write(file, "b", "1.0", [Build("x", Platform.LinuxX64), Build("a", Platform.LinuxArm64)], Time);

        var read = new ReadArchive(file);
        var top = Assert.Single(read.Index["manifests"]!.AsArray())!;
        Assert.Equal(digest, top["digest"]!.GetValue<string>());
        var manifests = read.FollowJson(top)["manifests"]!.AsArray();
        Assert.Equal(["amd64", "arm64"], manifests.Select(manifest => manifest!["platform"]!["architecture"]!.GetValue<string>()));
        Assert.All(manifests, manifest => Assert.Equal(5, read.EntriesOf(read.FollowJson(manifest!)).Count));
        Assert.Equal(["b:1.0-amd64", "b:1.0-arm64"], read.Docker.Select(image => image!["RepoTags"]![0]!.GetValue<string>()));
        // One layer, which both have; two configurations, two manifests, one index.
        Assert.Equal(6, read.Blobs);
    }

    [Fact]
    public void Archive_OfTheSame_HasTheSameBytes()
    {
        var (first, second, later) = (Path.Combine(_folder.FullName, "1.tar"), Path.Combine(_folder.FullName, "2.tar"), Path.Combine(_folder.FullName, "3.tar"));

        OciArchive.Write(first, "b", "1", [Build("first", Platform.LinuxX64)], Time);
        OciArchive.Write(second, "b", "1", [Build("second", Platform.LinuxX64, reversed: true)], Time);
        OciArchive.Write(later, "b", "1", [Build("later", Platform.LinuxX64, time: Time.AddSeconds(1))], Time);

        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.NotEqual(File.ReadAllBytes(first), File.ReadAllBytes(later));
    }

    [Fact]
    public void Archive_OfNothingOrOfOnePlatformTwice_IsRefused()
    {
        var file = Path.Combine(_folder.FullName, "none.tar");
        var image = Build("one", Platform.LinuxX64);

        Assert.Throws<ImageException>(() => OciArchive.Write(file, "b", "1", [], Time));
        Assert.Throws<ImageException>(() => OciArchive.Write(file, "b", "1", [image, image], Time));
        Assert.False(File.Exists(file));
    }

    private OciImage Build(string folder, Platform platform, bool reversed = false, DateTimeOffset? time = null)
    {
        var content = new LayerContent();
        Action[] steps =
        [
            () => content.AddFile("app/program", "#!"u8.ToArray(), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherExecute),
            () => content.AddLink("app/link", "program"),
            () => content.AddFolder("var/own", owner: 10001),
        ];
        foreach (var step in reversed ? steps.Reverse() : steps)
        {
            step();
        }

        var config = new ImageConfig
        {
            Entrypoint = ["/app/program"],
            User = "10001:10001",
            Environment = new Dictionary<string, string> { ["MOOD"] = "good" },
            Labels = new Dictionary<string, string> { ["org.opencontainers.image.title"] = "title" },
        };
        return OciImage.Of(platform, config, [content.Write(_folder.CreateSubdirectory(folder).FullName, time ?? Time, "a program")], time ?? Time);
    }
}
