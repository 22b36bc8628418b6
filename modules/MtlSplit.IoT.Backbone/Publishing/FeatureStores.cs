using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>Opens the store that the settings ask for.</summary>
internal static class FeatureStores
{
    /// <exception cref="StartException">The folder cannot be used; the message says why.</exception>
    public static IFeatureStore Open(BackboneOptions options, TimeProvider time, ILogger log) =>
        string.IsNullOrEmpty(options.OutboxFolder) ? new MemoryFeatureStore(options.OutboxFeatures) : OpenDisk(options, DiskFileSystem.Instance, time, log);

    /// <summary>The folder holds the journal, the descriptors of its contracts, whose it is, and the lock.</summary>
    /// <exception cref="StartException">The folder cannot be used; the message says why.</exception>
    public static DiskFeatureStore OpenDisk(BackboneOptions options, IFileSystem files, TimeProvider time, ILogger log)
    {
        var folder = Path.GetFullPath(options.OutboxFolder!);
        FolderLock? exclusive = null;
        try
        {
            exclusive = FolderLock.Take(folder);
            Claim(files, folder, $"{options.Fleet}/{options.Vehicle}");
            var limits = new JournalOptions { MaxBytes = options.OutboxBytes, SyncWindow = options.OutboxSyncWindow };
            var store = new DiskFeatureStore(
                options,
                visit => Journal.Open(files, Path.Combine(folder, "journal"), limits, time, visit),
                new ContractFolder(files, Path.Combine(folder, "contracts")),
                exclusive);
            Tell(store.Recovery, folder, log);
            return store;
        }
        catch (FolderInUseException e)
        {
            throw new StartException($"Backbone:OutboxFolder: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            exclusive?.Dispose();
            throw new StartException($"Backbone:OutboxFolder: {folder} cannot be used: {e.Message}", e);
        }
        catch
        {
            exclusive?.Dispose();
            throw;
        }
    }

    // A vehicle may publish under its own name only: features of another one would never leave.
    private static void Claim(IFileSystem files, string folder, string owner)
    {
        var path = Path.Combine(folder, "owner");
        var found = AtomicFile.Read(files, path) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;
        if (found is null)
        {
            AtomicFile.Replace(files, path, System.Text.Encoding.UTF8.GetBytes(owner));
        }
        else if (found != owner)
        {
            throw new StartException($"Backbone:OutboxFolder: {folder} holds features of {found}, not of {owner}. Give each vehicle a folder of its own.");
        }
    }

    private static void Tell(JournalRecovery recovery, string folder, ILogger log)
    {
        if (recovery.Records > 0)
        {
            Log.OutboxOpened(log, folder, recovery.Records, recovery.Bytes);
        }

        if (recovery.Damage.Count > 0)
        {
            Log.OutboxDamaged(log, folder, string.Join(", ", recovery.Damage.Select(damage => $"{damage.Key} {damage.Value}")), recovery.Lost);
        }
    }
}
