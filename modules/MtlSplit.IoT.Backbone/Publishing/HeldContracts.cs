using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>
/// The contracts of features that wait in places which rise: of each, the place of its newest feature. A contract counts as held as long as any
/// feature at or before that place waits, which may be one of another contract. One caller at a time.
/// </summary>
internal sealed class HeldContracts
{
    private readonly Dictionary<ContractId, ulong> _newest = [];

    /// <summary>A feature of a contract has this place.</summary>
    public void Note(ContractId contract, ulong place) => _newest[contract] = place;

    /// <summary>Those held.</summary>
    /// <param name="oldest">The place of the oldest feature that waits; null where none does.</param>
    public IReadOnlyList<ContractId> From(ulong? oldest)
    {
        foreach (var contract in _newest.Where(held => !(held.Value >= oldest)).Select(held => held.Key).ToArray())
        {
            _newest.Remove(contract);
        }

        return [.. _newest.Keys];
    }
}
