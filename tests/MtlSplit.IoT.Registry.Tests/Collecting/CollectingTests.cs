using System.Text;
using CsCheck;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Collecting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Collecting;

/// <summary>What nothing needs goes; what anything needs stays.</summary>
public sealed class CollectingTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(30);

    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void DryRun_SaysWhatAndWhy_AndChangesNothing()
    {
        var (_, old) = Two();
        var before = Files();

        var report = Collect(apply: false);

        Assert.Equal((false, old.Version), (report.Applied, Assert.Single(report.Taken, item => item.Kind == "head").Name));
        Assert.True(report.Bytes > 0);
        Assert.Contains(report.Kept, item => item.Why.StartsWith("production of size", StringComparison.Ordinal));
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Collection_TakesHeadAndContent_AndLeavesTheRunWithItsReason()
    {
        var (kept, old) = Two();
        var report = Collect();

        Assert.True(report.Applied);
        var registry = _bench.Open();
        Assert.Equal(kept.Id, Assert.Single(registry.Heads()).Id);
        Assert.False(File.Exists(_bench.Folder.BlobFile(old.Manifest.Sha256)));
        var run = registry.FindRunOf(old.Version)!;
        Assert.Equal(("because of old", false), (run.Manifest.Reason, registry.HasSnapshot(run)));
        Assert.Contains("because of old", Encoding.UTF8.GetString(registry.Report(run)), StringComparison.Ordinal);
        Assert.True(registry.Verify(TestContext.Current.CancellationToken).IsSound);
        Assert.Empty(Collect().Taken);

        // And its number is not given again.
        Assert.Equal(4, _bench.Run("next").Head!.Manifest.Number);
    }

    [Fact]
    public void WhatAnAliasLedTo_StaysForTheGraceTime()
    {
        var heads = Enumerable.Range(0, 3).Select(i => _bench.Head($"head {i}")).ToArray();
        var registry = _bench.Open();
        foreach (var head in heads)
        {
            registry.Promote(RegistryBench.Key, head, RegistryBench.Reason);
        }

        _bench.Time.Advance(Grace - TimeSpan.FromDays(1));
        Assert.Empty(Collect().Taken);
        _bench.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(heads[0].Version, Assert.Single(Collect().Taken).Name);
        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
        Assert.Equal(heads[1].Version, _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.Version);
    }

    [Fact]
    public void HeadsOfAContractThatAVehicleNeeds_Stay_UntilAnAliasSaysWhichAnswers()
    {
        var (one, two) = (_bench.Head("one"), _bench.Head("two"));
        _bench.Time.Advance(Grace * 2);
        var needed = new StillNeeded();
        needed.Add(RegistryBench.Contract, "vehicle car-1 still holds features of its contract");

        Assert.Equal([one.Version, two.Version], Collect(needed).Kept.Select(item => item.Name).Order());
        _bench.Open().Promote(RegistryBench.Key, two, RegistryBench.Reason);
        Assert.Equal(one.Version, Assert.Single(Collect(needed).Taken).Name);
    }

    [Fact]
    public void Bundle_StaysWhileAVehicleRunsIt_OrItsContractIsNeeded()
    {
        using var old = TinyBundle.Create(1);
        using var newer = TinyBundle.Create(2);
        _bench.Open().Register(old.Bundle, null);
        _bench.Open().Register(newer.Bundle, null);
        _bench.Time.Advance(TimeSpan.FromDays(3650));

        var (runs, speaks) = (new StillNeeded(), new StillNeeded());
        runs.AddBundle(old.Bundle.Digest, "vehicle car-1 runs it");
        speaks.Add(old.Bundle.Contract, "vehicle car-1 speaks its contract");

        Assert.Equal("vehicle car-1 runs it", Collect(runs, apply: false).Kept.Single(item => item.Name == old.Bundle.Digest).Why);
        Assert.Equal("vehicle car-1 speaks its contract", Collect(speaks, apply: false).Kept.Single(item => item.Name == old.Bundle.Digest).Why);
    }

    [Fact]
    public void DamagedRegistry_IsNotCollected()
    {
        var (kept, _) = Two();
        var file = _bench.Folder.HeadFile(RegistryBench.Contract, RegistryBench.Task, kept.Id);
        File.AppendAllText(file, " ");
        var before = Files();

        Assert.Equal((RegistryFault.Damaged, file), Fault(() => Collect()));
        Assert.Equal(before, Files());
        File.Delete(_bench.Folder.PointerFile(RegistryBench.Fleet, RegistryBench.Contract, RegistryBench.Task));
        Assert.Throws<RegistryException>(() => Collect());
        Assert.Equal(before.Count - 1, Files().Count);

        static (RegistryFault, string) Fault(Action action)
        {
            var e = Assert.Throws<RegistryException>(action);
            return (e.Fault, e.Subject);
        }
    }

    [Fact]
    public void WhateverHappenedBefore_NothingThatIsNeededGoes() => Gen.Select(Gen.Int[0, 9].Array[1, 20], Gen.Int[0, 60]).Sample(
        (steps, grace) =>
        {
            using var bench = new RegistryBench();
            var registry = bench.Open();
            var heads = new List<RegisteredHead>();
            foreach (var step in steps)
            {
                bench.Time.Advance(TimeSpan.FromDays(7));
                var usable = heads.Where(head => head.Refusal is null).ToList();
                switch (step)
                {
                    case < 4:
                        heads.Add(bench.Run(registry, $"head {heads.Count}", step == 3 ? "Worse" : RunManifest.Accepted).Head!);
                        break;
                    case < 7 when usable.Count > 0:
                        registry.Promote(RegistryBench.Key, usable[step % usable.Count], RegistryBench.Reason);
                        break;
                    case 7 when usable.Count > 0:
                        registry.SetShadow(RegistryBench.Key, usable[^1], RegistryBench.Reason);
                        break;
                    case 8 when registry.Aliases(RegistryBench.Key)?.Previous is not null:
                        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
                        break;
                }
            }

            var before = registry.Aliases(RegistryBench.Key);
            var history = registry.History(RegistryBench.Key);
            var since = bench.Time.GetUtcNow().AddDays(-grace).ToUnixTimeMilliseconds() * 1000;
            registry.Collect(new StillNeeded(), TimeSpan.FromDays(grace), apply: true);

            Assert.Equal(before, registry.Aliases(RegistryBench.Key));
            Assert.Equal(history.Count, registry.History(RegistryBench.Key).Count);
            var verified = registry.Verify(CancellationToken.None);
            Assert.True(verified.IsSound, string.Join('\n', verified.Findings));
            AliasTarget?[] needed = [before?.Production, before?.Previous, before?.Shadow, .. history.Where(change => change.Record.At >= since).SelectMany(change => new[] { change.From, change.To })];
            foreach (var version in needed.OfType<AliasTarget>().Select(target => target.Version))
            {
                Assert.NotEmpty(registry.Onnx(registry.FindHead(version)));
            }

            // And nothing that is not needed stays.
            foreach (var head in registry.Heads().Where(head => head.Manifest.CreatedAt < since))
            {
                Assert.Contains(head.Version, history.SelectMany(change => new[] { change.Record.Production, change.Record.Previous, change.Record.Shadow }).OfType<AliasTarget>().Select(target => target.Version));
            }

            Assert.Empty(registry.Collect(new StillNeeded(), TimeSpan.FromDays(grace), apply: false).Taken);
        },
        iter: 40);

    [Fact]
    public void AfterAnyPowerCut_WhatIsNeededIsThere_AndTheRestCanBeCollected()
    {
        var (kept, _) = Two();
        var traced = new TracedFileSystem(DiskFileSystem.Instance, _bench.Folder.Root);
        new ModelRegistry(_bench.Data, _bench.Time, traced, null, null).Collect(new StillNeeded(), Grace, apply: true);

        var states = 0;
        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Seed = 5 }))
        {
            states++;
            using var after = new RegistryBench();
            Directory.Move(state.Folder, after.Folder.Root);
            Directory.CreateDirectory(state.Folder);
            var registry = new ModelRegistry(after.Data, _bench.Time);
            registry.Collect(new StillNeeded(), Grace, apply: true);
            Assert.Equal(kept.Version, after.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.Version);
            Assert.True(registry.Verify(TestContext.Current.CancellationToken).IsSound, $"After {state}");
        }

        Assert.True(states > 5, $"only {states} states");
    }

    private (RegisteredHead Kept, RegisteredHead Old) Two()
    {
        var (kept, old) = (_bench.Run("kept").Head!, _bench.Run("old").Head!);
        _bench.Open().Promote(RegistryBench.Key, kept, RegistryBench.Reason);
        _bench.Time.Advance(Grace * 2);
        return (kept, old);
    }

    private CollectionReport Collect(StillNeeded? needed = null, bool apply = true) => _bench.Open().Collect(needed ?? new StillNeeded(), Grace, apply);

    private List<string> Files() => [.. Directory.EnumerateFiles(_bench.Folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
