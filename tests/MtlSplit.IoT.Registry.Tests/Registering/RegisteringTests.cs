using System.Text;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Tracing;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Registering;

/// <summary>Heads, runs and bundles come in, and are found again by what is in them.</summary>
public sealed class RegisteringTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Head_RegisteredTwice_IsOneHead()
    {
        var registry = _bench.Open();
        var one = registry.Register(RegistryBench.Manifest(7), "onnx"u8.ToArray());
        var two = registry.Register(RegistryBench.Manifest(7), "onnx"u8.ToArray());

        Assert.Equal(one.Id, two.Id);
        Assert.Equal(one.Id, Assert.Single(registry.Heads()).Id);
        Assert.Equal("onnx", Encoding.UTF8.GetString(registry.Onnx(one)));
    }

    [Fact]
    public void Numbers_AreCountedPerContractAndTask_WhateverTheGateSaid()
    {
        var first = _bench.Head("one");
        var refused = _bench.Run("two", "Worse").Head!;
        var third = _bench.Run("three").Head!;

        Assert.Equal([2, 3, 4], new[] { first, refused, third }.Select(head => head.Manifest.Number));
        Assert.Equal(("Worse", null), (refused.Refusal, third.Refusal));
    }

    [Fact]
    public void Run_KeepsReportAndSnapshot_AndTheHeadNamesIt()
    {
        var outcome = _bench.Run("one", frames: new FrameId(1, 2));
        var registry = _bench.Open();
        var run = registry.FindRunOf(outcome.Head!.Version)!;

        Assert.Equal(outcome.Run.Id, run.Id);
        Assert.Equal(run.Id, registry.FindHead(outcome.Head.Version).Manifest.Lineage["run"]);
        Assert.Equal(ulong.MaxValue, ulong.Parse(run.Manifest.Seed, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("because of one", Encoding.UTF8.GetString(registry.Report(run)), StringComparison.Ordinal);
        Assert.Equal(new FrameId(1, 2), Assert.Single(SnapshotFile.Read(registry.Snapshot(run))).Frame);
    }

    [Fact]
    public void Head_IsFoundByVersionNumberAndDigest_AndNotByGuess()
    {
        var (one, two) = (_bench.Head("one"), _bench.Head("two"));
        var registry = _bench.Open();

        Assert.Equal(one.Id, registry.FindHead(one.Version).Id);
        Assert.Equal(two.Id, registry.FindHead("3").Id);
        Assert.Equal(two.Id, registry.FindHead(two.Id[..8]).Id);
        Assert.Equal(RegistryFault.Unknown, Assert.Throws<RegistryException>(() => registry.FindHead(two.Id[..3])).Fault);
        Assert.Contains(one.Version, Assert.Throws<RegistryException>(() => registry.FindHead("h9-000")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Content_ThatWasDamaged_IsMendedWhenItIsRegisteredAgain()
    {
        var head = _bench.Head("one");
        var file = _bench.Folder.BlobFile(head.Manifest.Sha256);
        File.WriteAllText(file, "oNe");

        Assert.Equal(RegistryFault.Damaged, Assert.Throws<RegistryException>(() => _bench.Open().Onnx(head)).Fault);
        _bench.Open().Register(head.Manifest, "one"u8.ToArray());

        Assert.Equal("one", Encoding.UTF8.GetString(_bench.Open().Onnx(head)));
    }

    [Fact]
    public void Bundle_KeepsItsBytesAndItsName_AndVouchesForItsHeads()
    {
        using var tiny = TinyBundle.Create();
        using var key = SigningKey.Create();
        var registry = _bench.Open(TrustedKeys.Of(key));
        var manifest = File.ReadAllBytes(tiny.Bundle.PathOf("model.json"));

        var unsigned = registry.RegisterInitial(tiny.Bundle, tiny.Bundle.Manifest.Tasks[0]);
        var alias = new AliasKey(RegistryBench.Fleet, tiny.Bundle.Contract, unsigned.Manifest.Task);
        Assert.Equal(RegistryFault.Unsigned, Assert.Throws<RegistryException>(() => registry.Promote(alias, unsigned, RegistryBench.Reason)).Fault);

        var bundle = registry.Register(tiny.Bundle, SignatureFile.Sign(null, key, manifest));
        registry.Promote(alias, unsigned, RegistryBench.Reason);

        Assert.Equal(tiny.Bundle.Digest, registry.FindBundle(tiny.Bundle.Digest[..8])!.Digest);
        Assert.Equal(manifest, File.ReadAllBytes(_bench.Folder.BundleFile(bundle.Digest)));
        Assert.Equal(unsigned.Version, new HeadStore(_bench.Data, RegistryBench.Fleet).CurrentVersion(tiny.Bundle.Contract, alias.Task));
        Assert.True(registry.Verify(TestContext.Current.CancellationToken).IsSound);
    }

    [Fact]
    public void BundlesHead_IsPublishedOnce_AndStaysBehindWhatIsThere()
    {
        using var tiny = TinyBundle.Create();
        var (registry, task) = (_bench.Open(), tiny.Bundle.Manifest.Tasks[0]);
        var first = registry.PublishInitial(RegistryBench.Fleet, tiny.Bundle, task, RegistryBench.Reason);
        var alias = new AliasKey(RegistryBench.Fleet, tiny.Bundle.Contract, task.Name);
        var better = registry.Register(first.Manifest with { Number = 0 }, "better"u8.ToArray());
        registry.Promote(alias, better, RegistryBench.Reason);

        Assert.Equal(better.Version, registry.PublishInitial(RegistryBench.Fleet, tiny.Bundle, task, RegistryBench.Reason).Version);
        Assert.Equal((1, 2), (first.Manifest.Number, better.Manifest.Number));
    }
}
