using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Installing;

/// <summary>The power goes after every single change of a file in an update, with what was not synced lost, torn or reordered.</summary>
public sealed class InstallPowerCutTests
{
    [Fact]
    public async Task AfterAnyCut_OneValidBundleIsActive_AndWhatWasPromisedHolds()
    {
        using var bench = new UpdateBench();
        await bench.StartAsync();
        // The lock is not the store's content: it is taken anew at each start.
        bench.Opened.Dispose();
        var traced = new TracedFileSystem(DiskFileSystem.Instance, bench.Store);
        bench.Files = traced;
        var installer = await bench.StartAsync();
        var (good, bad) = (bench.Make(6), bench.Make(7));
        await installer.InstallAsync(good, TestContext.Current.CancellationToken);
        var activated = traced.Count;
        await installer.ObserveAsync(bench.Answers(good.Digest, 200), TestContext.Current.CancellationToken);
        var proven = traced.Count;
        await installer.InstallAsync(bad, TestContext.Current.CancellationToken);
        await installer.ObserveAsync(bench.Answers(bad.Digest, 1) with { Quarantined = 1 }, TestContext.Current.CancellationToken);
        var takenBack = traced.Count;
        await installer.StartAsync(null, TestContext.Current.CancellationToken);

        var states = 0;
        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Seed = 1, Random = 2, Tears = 2 }))
        {
            states++;
            using var store = BundleStore.Open(DiskFileSystem.Instance, state.Folder, bench.Now, NullLogger.Instance);
            try
            {
                SoundStore.Assert(state.Folder, store);
                var active = store.State.Active!.Digest;
                Assert.Contains(active, new[] { bench.Own.Bundle.Digest, good.Digest, bad.Digest });
                Assert.True(state.Operations < activated || active != bench.Own.Bundle.Digest, "the old bundle is back after the new one was activated");
                Assert.True(state.Operations < proven || store.State.HighWater == 6, "the mark fell");
                Assert.True(state.Operations < takenBack || (active == good.Digest && store.State.FindRefusal(bad.Digest) is not null), "what was taken back is back");
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"After {state}: {e.Message}", e);
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{traced.Count} changes, {states} states");
        Assert.True(states > 200, $"only {states} states");
    }

    [Fact]
    public async Task TheFirstStart_CutAnywhere_IsDoneAgain()
    {
        using var bench = new UpdateBench();
        var traced = new TracedFileSystem(DiskFileSystem.Instance, bench.Store);
        bench.Files = traced;
        await bench.StartAsync();
        var adopted = traced.Count;

        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Seed = 2, Random = 2, Tears = 2 }))
        {
            using var vehicle = new UpdateBench();
            Directory.CreateDirectory(Path.GetDirectoryName(vehicle.Store)!);
            Copy(state.Folder, vehicle.Store);
            string? digest;
            using (var store = BundleStore.Open(DiskFileSystem.Instance, vehicle.Store, bench.Now, NullLogger.Instance))
            {
                digest = store.Active?.Digest;
            }

            Assert.True(digest == bench.Own.Bundle.Digest || (digest is null && state.Operations < adopted), $"After {state}: {digest} is active.");
            await vehicle.StartAsync();
            vehicle.AssertSound();
        }
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
