namespace MtlSplit.IoT.Testing.Storage;

/// <summary>A change of one or two entries of folders, all of it or nothing, and the folders whose sync it still waits for.</summary>
internal sealed class NameChange(StorageOperation operation)
{
    private readonly HashSet<int> _unsynced = [.. Entries(operation).Select(entry => entry.Directory)];

    /// <summary>Returns whether it survives a power cut now that this folder was synced.</summary>
    public bool SurvivesAfterSyncOf(int directory)
    {
        _unsynced.Remove(directory);
        return _unsynced.Count == 0;
    }

    public bool Touches(NameChange other) => Entries(operation).Intersect(Entries(other.Operation)).Any();

    public StorageOperation Operation => operation;

    /// <summary>Makes the change.</summary>
    public void Apply(Dictionary<int, SortedDictionary<string, int>> directories)
    {
        switch (operation)
        {
            case StorageOperation.Created created:
                Of(created.Directory)[created.Name] = created.Node;
                break;
            case StorageOperation.Deleted deleted:
                Of(deleted.Directory).Remove(deleted.Name);
                break;
            case StorageOperation.Renamed renamed:
                Of(renamed.FromDirectory).Remove(renamed.From);
                Of(renamed.ToDirectory)[renamed.To] = renamed.Node;
                break;
        }

        SortedDictionary<string, int> Of(int directory)
        {
            if (!directories.TryGetValue(directory, out var entries))
            {
                directories[directory] = entries = new(StringComparer.Ordinal);
            }

            return entries;
        }
    }

    private static IEnumerable<(int Directory, string Name)> Entries(StorageOperation operation) => operation switch
    {
        StorageOperation.Created created => [(created.Directory, created.Name)],
        StorageOperation.Deleted deleted => [(deleted.Directory, deleted.Name)],
        StorageOperation.Renamed renamed => [(renamed.FromDirectory, renamed.From), (renamed.ToDirectory, renamed.To)],
        _ => throw new InvalidOperationException($"{operation} changes no name."),
    };
}
