using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>What may be installed, and how often a refused bundle is tried. Pure.</summary>
internal static class InstallRules
{
    /// <summary>How often a bundle may take the process down while it is tried.</summary>
    public const int MostCrashes = 3;

    /// <summary>Starts of the process, without ever being seen to run, after which a provisional bundle goes.</summary>
    public const int MostStarts = 5;

    private const long MicrosecondsPerMinute = 60_000_000;
    private const int LongestPauseMinutes = 6 * 60;

    /// <summary>Before anything is fetched.</summary>
    /// <param name="state">The store.</param>
    /// <param name="digest">The wish.</param>
    /// <param name="now">Unix microseconds.</param>
    public static InstallChoice BeforeDownload(StoreState state, string digest, long now)
    {
        if (state.Active?.Digest == digest)
        {
            return new InstallChoice(InstallChoice.What.Nothing);
        }

        // What runs or ran here is exempt from expiry and release counter: it is not installed, it is there.
        if (state.Previous?.Digest == digest)
        {
            return new InstallChoice(InstallChoice.What.Return);
        }

        if (state.FindRefusal(digest) is { } refusal && !(refusal.RetryAt <= now))
        {
            return new InstallChoice(InstallChoice.What.Leave);
        }

        return state.Attempt is { } attempt && attempt.Digest == digest && attempt.Count >= MostCrashes
            ? new InstallChoice(InstallChoice.What.Refuse, BundleFault.KeepsCrashing, $"the process ended {attempt.Count} times while the bundle was tried")
            : new InstallChoice(InstallChoice.What.Proceed);
    }

    /// <summary>When the manifest is known and somebody vouched for it.</summary>
    /// <param name="state">The store.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="now">Unix microseconds.</param>
    public static InstallChoice BeforeExtract(StoreState state, BundleManifest manifest, long now) =>
        manifest.ExpiresAt <= now
            ? new InstallChoice(InstallChoice.What.Refuse, BundleFault.Expired, $"it was not to be installed after {DateTimeOffset.UnixEpoch.AddMicroseconds(manifest.ExpiresAt.Value):yyyy-MM-dd HH:mm:ss}Z")
        : manifest.ReleaseCounter < state.HighWater
            ? new InstallChoice(InstallChoice.What.Refuse, BundleFault.Downgrade, $"its release counter is {manifest.ReleaseCounter}, and {state.HighWater} was proven here")
        : new InstallChoice(InstallChoice.What.Proceed);

    /// <summary>
    /// A refusal with its next try: what lies with the network or the disk is tried ten times, what a broken transfer may explain three
    /// times, with growing pauses; anything else is the bundle's own fault, and trying again would only repeat it.
    /// </summary>
    /// <param name="state">The store.</param>
    /// <param name="digest">The bundle.</param>
    /// <param name="fault">Why it is refused.</param>
    /// <param name="reason">The same for people.</param>
    /// <param name="now">Unix microseconds.</param>
    public static Refusal Refuse(StoreState state, string digest, BundleFault fault, string reason, long now)
    {
        var before = state.FindRefusal(digest);
        var count = (before?.Count ?? 0) + 1;
        var most = fault switch
        {
            BundleFault.DownloadFailed or BundleFault.DiskFull or BundleFault.StorageFailed => 10,
            BundleFault.NotAnArchive or BundleFault.Truncated or BundleFault.BadDigest or BundleFault.OtherBundle => 3,
            _ => 1,
        };
        var pause = Math.Min(1L << Math.Min(count - 1, 20), LongestPauseMinutes) * MicrosecondsPerMinute;
        return new Refusal(digest, fault.Code(), reason, count, now, count < most ? now + pause : null);
    }
}
