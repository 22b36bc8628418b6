using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Tests.Updating;

/// <summary>What holds of a store after every start, whatever ended the process before.</summary>
internal static class SoundStore
{
    /// <summary>There is exactly one active bundle, it is whole, and nothing lies about.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="store">The store, just opened.</param>
    /// <param name="partOf">The bundle of which a part may be left to go on with.</param>
    public static void Assert(string folder, BundleStore store, string? partOf = null)
    {
        var active = store.Active ?? throw new InvalidOperationException($"No bundle is active in {folder}.");
        Check(store.State.Active?.Digest == active.Digest, "the state names the active bundle");
        Check(Bundle.Open(Path.Combine(folder, "bundles", active.Digest)).Digest == active.Digest, "the active bundle is whole");
        Check(store.State.Previous?.Digest != active.Digest, "the kept bundle is another");
        Check(store.State.Probation is not null || store.State.HighWater >= active.Manifest.ReleaseCounter || store.State.HighWater > 0, "a proven bundle raised the mark");
        var kept = store.State.Kept.Select(b => b.Digest).Order(StringComparer.Ordinal).ToList();
        foreach (var digest in kept)
        {
            Check(Bundle.Open(Path.Combine(folder, "bundles", digest)).Digest == digest, $"the kept bundle {digest} is whole");
        }

        Check(Names(folder).SequenceEqual(["bundles", FolderLock.FileName, FolderLock.HolderFileName, "staging", "state.json"]), $"only what belongs is in {folder}: {string.Join(", ", Names(folder))}");
        Check(Names(Path.Combine(folder, "bundles")).SequenceEqual(kept), "only what the state names is installed");
        var staging = Names(Path.Combine(folder, "staging")).ToList();
        string[] part = partOf is null ? [] : [$"{partOf}.part", $"{partOf}.part.from"];
        Check(staging.Count == 0 || staging.SequenceEqual(part), $"nothing is left in staging: {string.Join(", ", staging)}");
    }

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal);

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"This does not hold: {what}.");
        }
    }
}
