using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>
/// Which classes a task has: those of the heads in use, of all contracts together, since a label is about a frame and outlives the contract.
/// Not safe for several threads.
/// </summary>
/// <param name="heads">Heads, and the bundles that they come with.</param>
/// <param name="contracts">The contracts that are in use.</param>
public sealed class KnownClasses(HeadStore heads, IReadOnlyCollection<ContractId> contracts)
{
    private readonly Dictionary<string, IReadOnlySet<string>> _known = new(StringComparer.Ordinal);

    /// <summary>The classes of a task, or null where no head has such a task.</summary>
    /// <exception cref="HeadException">A head's files are damaged.</exception>
    public IReadOnlySet<string>? Find(string task)
    {
        if (!BusName.IsValid(task))
        {
            return null;
        }

        if (_known.TryGetValue(task, out var classes))
        {
            return classes;
        }

        var found = contracts.Select(c => heads.Current(c, task)).OfType<HeadRelease>().SelectMany(h => h.Manifest.Classes).ToHashSet(StringComparer.Ordinal);
        if (found.Count == 0)
        {
            // Not kept: a file may name any number of tasks that there are not.
            return null;
        }

        return _known[task] = found;
    }
}
