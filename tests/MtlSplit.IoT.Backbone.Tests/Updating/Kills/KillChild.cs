using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Backbone.Updating.Downloading;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary>A vehicle's process that updates its bundle until it is killed: the real installer over the real disk.</summary>
internal sealed class KillChild(KillingFileSystem files) : IBackboneSwitch, IInstallWatcher
{
    public const string Verb = "kill-child";

    /// <summary>Starts, installs, and proves or takes back. Says on standard output how far it came.</summary>
    public static async Task<int> RunAsync(string planFile)
    {
        var plan = KillPlan.Load(planFile);
        var files = new KillingFileSystem(DiskFileSystem.Instance, KillPoint.Parse(Environment.GetEnvironmentVariable(KillPoint.Variable)));
        var self = new KillChild(files);
        var time = TimeProvider.System;
        files.Begin(InstallStep.Recover);
        using var store = BundleStore.Open(files, plan.Store, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, NullLogger.Instance);
        using var download = new BundleDownload(files, new DownloadOptions { SyncBytes = 100_000 }, time, new Random(1), NullLogger.Instance);
        using var installer = new Installer(files, store, download, TrustedKeys.Load(plan.Trusted), self, self, BundleLimits.Default, time, NullLogger.Instance);
        await installer.StartAsync(plan.Own, CancellationToken.None);
        var outcome = await installer.InstallAsync(BundleReference.Parse(plan.Digest, plan.Source), CancellationToken.None);
        Say($"outcome {outcome.Result} {outcome.Fault?.Code()} {outcome.Reason}");
        if (installer.State.Probation is not null)
        {
            var verdict = await installer.ObserveAsync(Evidence(store.Active!.Manifest.Tasks, plan), CancellationToken.None);
            Say($"verdict {(verdict.IsProven ? "proven" : "refuted")}");
        }

        files.Begin(InstallStep.Recover);
        return 0;
    }

    public ValueTask SwapAsync(Bundle bundle, CancellationToken cancellation)
    {
        Say($"swapped {bundle.Digest}");
        return ValueTask.CompletedTask;
    }

    public void Began(string digest, InstallStep step) => files.Begin(step);

    public void Downloaded(string digest, long bytes, long? total)
    {
        // Nobody watches.
    }

    private static FieldEvidence Evidence(BundleTask[] tasks, KillPlan plan) => new()
    {
        Digest = plan.Digest,
        Quarantined = plan.Good ? 0 : 1,
        Tasks = new(tasks.ToDictionary(t => t.Name, t => new TaskEvidence(FieldRanges.LeastScored, FieldRanges.LeastScored, new long[t.Classes.Length])), StringComparer.Ordinal),
    };

    private static void Say(string what)
    {
        Console.WriteLine(what);
        Console.Out.Flush();
    }
}
