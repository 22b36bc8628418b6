using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Registry.Collecting;

/// <summary>
/// What is needed outside the registry, as far as somebody has looked: contracts that vehicles speak or hold features of, contracts of features in
/// quarantine, bundles that vehicles run. What is not known to be needed may be collected, so whoever collects must have looked.
/// </summary>
public sealed class StillNeeded
{
    private readonly Dictionary<ContractId, SortedSet<string>> _contracts = [];
    private readonly Dictionary<string, SortedSet<string>> _bundles = new(StringComparer.Ordinal);

    /// <summary>A contract is needed.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="why">By whom, in words.</param>
    public void Add(ContractId contract, string why) => Add(_contracts, contract, why);

    /// <summary>A bundle is needed.</summary>
    /// <param name="digest">Its digest.</param>
    /// <param name="why">By whom, in words.</param>
    public void AddBundle(string digest, string why) => Add(_bundles, digest, why);

    /// <summary>Why a contract is needed; null where it is not.</summary>
    public string? Why(ContractId contract) => Words(_contracts.GetValueOrDefault(contract));

    /// <summary>Why a bundle is needed; null where it is not.</summary>
    public string? WhyBundle(string digest) => Words(_bundles.GetValueOrDefault(digest));

    private static void Add<TKey>(Dictionary<TKey, SortedSet<string>> all, TKey key, string why)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var reasons))
        {
            all.Add(key, reasons = new SortedSet<string>(StringComparer.Ordinal));
        }

        reasons.Add(why);
    }

    private static string? Words(SortedSet<string>? reasons) => reasons switch
    {
        null => null,
        { Count: 1 } => reasons.Min,
        _ => $"{reasons.Min} and {reasons.Count - 1} more",
    };
}
