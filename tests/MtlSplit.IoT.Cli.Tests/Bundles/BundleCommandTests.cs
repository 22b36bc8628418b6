using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Bundles;

/// <summary><c>mtlsplit bundle</c> on the bundle that is committed, and on damaged copies of it.</summary>
public sealed class BundleCommandTests : IDisposable
{
    private static readonly string Committed = CommittedBundle.Folder;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Show_TheCommittedBundle_SaysWhatItIs_AndItsManifestAsJson()
    {
        var bundle = Bundle.Open(Committed);

        var (exit, said) = await Mtlsplit.RunAsync("bundle", "show", Committed);

        Assert.Equal(0, exit);
        Assert.Contains(bundle.Digest, said, StringComparison.Ordinal);
        Assert.Contains(bundle.Contract.ToString(), said, StringComparison.Ordinal);
        Assert.All(bundle.Manifest.Files, file => Assert.Contains(file.Path, said, StringComparison.Ordinal));
        var json = await Mtlsplit.JsonAsync("bundle", "show", Committed, "--json");
        Assert.Equal(bundle.Manifest.Contract, json["contract"]!.GetValue<string>());
    }

    [Fact]
    public async Task Verify_TheCommittedBundle_Passes_AndSaysSoAsJson()
    {
        var (exit, said) = await Mtlsplit.RunAsync("bundle", "verify", Committed);
        var json = await Mtlsplit.JsonAsync("bundle", "verify", Committed, "--json");

        Assert.Equal(0, exit);
        Assert.Contains("This bundle may run here.", said, StringComparison.Ordinal);
        Assert.True(json["passed"]!.GetValue<bool>());
        Assert.Equal(Bundle.Open(Committed).Digest, json["bundle"]!.GetValue<string>());
        Assert.Equal(Directory.GetFiles(Path.Combine(Committed, "golden"), "*.rgb").Length, json["frames"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("show", "flipped", "heads/object_size.onnx", "SHA-256 is")]
    [InlineData("verify", "flipped", "backbone.onnx", "SHA-256 is")]
    [InlineData("verify", "missing", "golden/0.rgb", "the manifest lists it, but it is not there")]
    [InlineData("verify", "missing", "model.json", "there is no such file")]
    [InlineData("show", "garbage", "model.json", "JSON")]
    [InlineData("verify", "emptied", "model.json", "JSON")]
    public async Task ADamagedBundle_IsRefused_NamingFileAndReason(string verb, string damage, string file, string reason)
    {
        Copy(Committed, _folder.FullName);
        var path = Path.Combine(_folder.FullName, file);
        switch (damage)
        {
            case "flipped":
                var bytes = File.ReadAllBytes(path);
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "missing":
                File.Delete(path);
                break;
            default:
                File.WriteAllText(path, damage == "garbage" ? "{ \"name\": 7, \xff nonsense" : "");
                break;
        }

        var (exit, said) = await Mtlsplit.RunAsync("bundle", verb, _folder.FullName);

        Assert.Equal(1, exit);
        Assert.StartsWith("error: ", said, StringComparison.Ordinal);
        Assert.Contains(file, said, StringComparison.Ordinal);
        Assert.Contains(reason, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("verify")]
    public async Task AFolderThatIsNone_IsRefusedByItsPath(string verb)
    {
        var (exit, said) = await Mtlsplit.RunAsync("bundle", verb, "/nowhere/bundle");

        Assert.Equal(1, exit);
        Assert.Contains("error: /nowhere/bundle/model.json: there is no such file", said, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
