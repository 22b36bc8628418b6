using System.Text;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Promoting;

/// <summary>The power goes after every single change of a file while heads are registered, promoted and taken back.</summary>
public sealed class PromotionPowerCutTests
{
    [Fact]
    public void AfterAnyCut_ExactlyOneValidHeadAnswers_AndWhatWasPromisedHolds()
    {
        using var bench = new RegistryBench();
        var traced = new TracedFileSystem(DiskFileSystem.Instance, bench.Folder.Root);
        var registry = bench.Open(files: traced);
        var one = bench.Run(registry, "one").Head!;
        registry.Promote(RegistryBench.Key, one, RegistryBench.Reason);
        var first = traced.Count;
        var two = bench.Run(registry, "two", parent: one.Version).Head!;
        var registered = traced.Count;
        registry.Promote(RegistryBench.Key, two, RegistryBench.Reason);
        var second = traced.Count;
        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
        var back = traced.Count;

        var states = 0;
        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Seed = 3, Random = 3, Tears = 2 }))
        {
            states++;
            using var after = new RegistryBench();
            Copy(state.Folder, after.Folder.Root);
            try
            {
                // What consumers see: one of the heads, whole, or none before the first was promised.
                var answers = after.Store.Current(RegistryBench.Contract, RegistryBench.Task);
                Assert.True(answers is not null || state.Operations < first, "no head answers, and one was promoted");
                if (answers is not null)
                {
                    Assert.Equal(answers.Version == one.Version ? "one" : "two", File.ReadAllText(answers.OnnxPath));
                    Assert.True(state.Operations < second || state.Operations >= back || answers.Version is var v && (v == two.Version || (state.Operations > second && v == one.Version)), "the promotion is lost");
                    Assert.True(state.Operations < back || answers.Version == one.Version, "the rollback is lost");
                    Assert.True(state.Operations >= registered || answers.Version == one.Version, "a head answers that nobody promoted");
                }

                var report = after.Open().Verify(TestContext.Current.CancellationToken);
                Assert.True(report.IsSound, string.Join('\n', report.Findings));
                Assert.True(state.Operations < registered || report.Runs == 2, "a registered run is lost");

                // And work goes on.
                var next = after.Run("three").Head!;
                after.Open().Promote(RegistryBench.Key, next, RegistryBench.Reason);
                Assert.Equal(next.Version, after.Store.CurrentVersion(RegistryBench.Contract, RegistryBench.Task));
                Assert.True(after.Open().Verify(TestContext.Current.CancellationToken).IsSound);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"After {state}: {e.Message}", e);
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{traced.Count} changes, {states} states");
        Assert.True(states > 100, $"only {states} states");
    }

    [Fact]
    public void FullDisk_AtAnyByte_ChangesNothingAndSaysSo()
    {
        using var bench = new RegistryBench();
        var one = bench.Head("one");
        bench.Open().Promote(RegistryBench.Key, one, RegistryBench.Reason);
        var cramped = new CrampedFileSystem(DiskFileSystem.Instance);
        var failures = 0;
        for (var room = 0; ; room += 37)
        {
            cramped.Room = room;
            try
            {
                var registry = bench.Open(files: cramped);
                var head = registry.Register(RegistryBench.Manifest(2), Encoding.UTF8.GetBytes("two"));
                registry.Promote(RegistryBench.Key, head, RegistryBench.Reason);
                break;
            }
            catch (IOException)
            {
                failures++;
                Assert.Equal(one.Version, bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.Version);
                Assert.True(bench.Open().Verify(TestContext.Current.CancellationToken).IsSound);
            }
        }

        Assert.True(failures > 10, $"only {failures} failures");
        Assert.Equal("two", File.ReadAllText(bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.OnnxPath));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var directory in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
