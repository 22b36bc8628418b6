namespace MtlSplit.IoT.Testing.Storage;

/// <summary>
/// Cuts the power after every operation of a trace. What was synced is there. Of what was not, all arrived or nothing, or names without
/// data, data without names, the write under way torn at a sector (512 bytes), or any sectors, lengths and names in any mixture: the system
/// writes back in the order it likes. A rename, creation or deletion is there wholly or not at all, and lasts once its folders were synced.
/// That is harsher than any one file system.
/// </summary>
/// <example>
/// <code>
/// var traced = new TracedFileSystem(DiskFileSystem.Instance, folder);
/// Work(traced);
/// foreach (var state in PowerCut.States(traced.Trace)) { Check(state.Folder, because: state.ToString()); }
/// </code>
/// </example>
public static class PowerCut
{
    /// <summary>Every state, one after another, each in a fresh folder that is gone when the next is asked for. Equal states of one cut come once.</summary>
    /// <param name="trace">What was recorded.</param>
    /// <param name="options">How many states.</param>
    public static IEnumerable<PowerCutState> States(StorageTrace trace, PowerCutOptions? options = null)
    {
        options ??= new PowerCutOptions();
        var disk = new DiskImage();
        foreach (var operation in trace.Start)
        {
            disk.Apply(operation);
        }

        disk.SyncAll();
        var top = Directory.CreateTempSubdirectory("mtlsplit-powercut-");
        try
        {
            for (var count = 0; count <= trace.Operations.Count; count++)
            {
                if (count > 0)
                {
                    disk.Apply(trace.Operations[count - 1]);
                }

                if (count < options.From || ((count - options.From) % options.Every != 0 && count != trace.Operations.Count))
                {
                    continue;
                }

                var last = count == 0 ? "nothing" : trace.Operations[count - 1].ToString();
                var seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (var (kind, state) in Cut(disk, new Random(unchecked((options.Seed * 7919) + count)), options))
                {
                    if (seen.Add(DiskImage.Fingerprint(state)))
                    {
                        var folder = top.CreateSubdirectory("state");
                        Materialise(state, folder.FullName);
                        yield return new PowerCutState(count, last, kind, options.Seed, folder.FullName);
                        folder.Delete(recursive: true);
                    }
                }
            }
        }
        finally
        {
            top.Delete(recursive: true);
        }
    }

    private static IEnumerable<(string Kind, SortedDictionary<string, byte[]?> State)> Cut(DiskImage disk, Random random, PowerCutOptions options)
    {
        yield return ("nothing unsynced arrived", disk.State(static _ => false, static file => file.Dropped()));
        yield return ("everything arrived", disk.State(static _ => true, static file => file.Kept()));
        yield return ("names arrived, data did not", disk.State(static _ => true, static file => file.Dropped()));
        yield return ("data arrived, names did not", disk.State(static _ => false, static file => file.Kept()));
        if (disk.UnderWrite is { } written)
        {
            foreach (var bytes in Pick(written.Tears, options.Tears, random))
            {
                yield return ($"the last write torn after {bytes} bytes", disk.State(static _ => true, file => file == written ? file.Torn(bytes) : file.Kept()));
            }
        }

        for (var n = 0; n < options.Random; n++)
        {
            var names = Enumerable.Range(0, disk.UnsyncedNames).Select(_ => random.Next(2) == 0).ToArray();
            yield return ($"sectors, lengths and names by chance ({n})", disk.State(i => names[i], file => file.Scattered(random)));
        }
    }

    private static IEnumerable<int> Pick(IReadOnlyList<int> all, int most, Random random)
    {
        if (all.Count <= most)
        {
            return all;
        }

        var some = all.ToArray();
        random.Shuffle(some);
        return some[..most];
    }

    private static void Materialise(SortedDictionary<string, byte[]?> state, string folder)
    {
        foreach (var (path, content) in state)
        {
            var full = Path.Combine(folder, path);
            if (content is null)
            {
                Directory.CreateDirectory(full);
            }
            else
            {
                File.WriteAllBytes(full, content);
            }
        }
    }
}
