using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Tests.Features;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Bundles;

public sealed class BundleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mtlsplit-bundle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_OfAWholeBundle_GivesItsContractAndDigest()
    {
        var manifest = Write();
        var bundle = Bundle.Open(_folder);

        Assert.Equal(manifest.Contract, bundle.Contract.ToString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder, "model.json")))), bundle.Digest);
        Assert.Equal("backbone", File.ReadAllText(bundle.BackbonePath));
        Assert.Equal(bundle.Digest, Assert.Single(BundleCatalog.Load(Path.GetDirectoryName(_folder)!).Bundles, b => b.Folder == _folder).Digest);
    }

    [Fact]
    public void Open_OfAnEmptyFolder_SaysThatItIsNoBundle() => AssertFault(BundleFault.Missing, "model.json");

    [Fact]
    public void Open_WithAChangedByte_NamesTheFile()
    {
        Write();
        File.WriteAllText(Path.Combine(_folder, "heads/size.onnx"), "hEad");
        AssertFault(BundleFault.BadDigest, "size.onnx");
    }

    [Fact]
    public void Open_WithALongerFile_NamesTheFile()
    {
        Write();
        File.AppendAllText(Path.Combine(_folder, "backbone.onnx"), "x");
        AssertFault(BundleFault.BadDigest, "backbone.onnx");
    }

    [Fact]
    public void Open_WithAMissingFile_NamesTheFile()
    {
        Write();
        File.Delete(Path.Combine(_folder, "heads/size.onnx"));
        AssertFault(BundleFault.Missing, "size.onnx");
    }

    [Fact]
    public void Open_WithAPathThatLeavesTheFolder_IsRefused()
    {
        Write(m => m with { Files = [.. m.Files, new BundleFile("../outside", new string('0', 64), 1)] });
        AssertFault(BundleFault.BadPath, "model.json");
    }

    [Fact]
    public void Open_WithAnotherContract_IsRefused()
    {
        Write(m => m with { Contract = new string('0', 64) });
        AssertFault(BundleFault.BadContract, "model.json");
    }

    [Fact]
    public void Open_WithADescriptorOfAnotherBackbone_IsRefused()
    {
        Write(m => m with { Descriptor = FeatureDescriptorTests.Sample, Contract = FeatureDescriptorTests.Sample.Contract.ToString() });
        AssertFault(BundleFault.BadContract, "model.json");
    }

    [Fact]
    public void Open_WithAHeadThatIsNotListed_IsRefused()
    {
        Write(m => m with { Files = [.. m.Files.Where(f => f.Path != "heads/size.onnx")] });
        AssertFault(BundleFault.UnlistedFile, "model.json");
    }

    [Fact]
    public void Open_WithATaskThatCannotStandInATopic_IsRefused()
    {
        Write(m => m with { Tasks = [m.Tasks[0] with { Name = "a/b" }] });
        AssertFault(BundleFault.BadManifest, "model.json");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"name":"x"}""")]
    [InlineData("null")]
    public void Open_WithAManifestThatIsNone_IsRefused(string json)
    {
        File.WriteAllText(Path.Combine(_folder, "model.json"), json);
        AssertFault(BundleFault.BadManifest, "model.json");
    }

    internal static BundleManifest WriteBundle(string folder, Func<BundleManifest, BundleManifest>? change = null)
    {
        Directory.CreateDirectory(Path.Combine(folder, "heads"));
        File.WriteAllText(Path.Combine(folder, "backbone.onnx"), "backbone");
        File.WriteAllText(Path.Combine(folder, "heads/size.onnx"), "head");
        BundleFile[] files = [.. new[] { "backbone.onnx", "heads/size.onnx" }.Select(f => Describe(folder, f))];
        var descriptor = FeatureDescriptorTests.Sample with { Backbone = files[0].Sha256 };
        var manifest = new BundleManifest
        {
            Name = "sample",
            ReleaseCounter = 1,
            CreatedAt = 1,
            Contract = descriptor.Contract.ToString(),
            Descriptor = descriptor,
            Backbone = "backbone.onnx",
            Tasks = [new BundleTask { Name = "size", Classes = ["small", "large"], Head = "heads/size.onnx", Metrics = new() { ["accuracy"] = 0.98 } }],
            Golden = [],
            GoldenTolerance = 1e-3,
            Lineage = new BundleLineage { Data = "none", Command = "none", Code = "none", Seed = 1 },
            Files = files,
        };
        manifest = change?.Invoke(manifest) ?? manifest;
        File.WriteAllBytes(Path.Combine(folder, "model.json"), manifest.ToJson());
        return manifest;
    }

    private static BundleFile Describe(string folder, string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, path));
        return new BundleFile(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
    }

    private BundleManifest Write(Func<BundleManifest, BundleManifest>? change = null) => WriteBundle(_folder, change);

    private void AssertFault(BundleFault fault, string file)
    {
        var e = Assert.Throws<BundleException>(() => Bundle.Open(_folder));
        Assert.Equal(fault, e.Fault);
        Assert.EndsWith(file, e.File, StringComparison.Ordinal);
    }
}
