using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.HeadConsumer.Intake;

namespace MtlSplit.IoT.HeadConsumer.Batching;

/// <summary>
/// Features whose contract or head is not here yet, in the order in which they came. The broker's own receive maximum bounds
/// them: they are unacknowledged. Used by one loop.
/// </summary>
internal sealed class HeldFeatures(TimeSpan hold, TimeProvider time)
{
    private readonly Dictionary<ContractId, List<PendingFeature>> _held = [];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>The contracts that are waited for.</summary>
    public IReadOnlyCollection<ContractId> Contracts => _held.Keys;

    /// <summary>Whether features of a contract wait: later ones must then wait behind them.</summary>
    public bool Holds(ContractId contract) => _held.ContainsKey(contract);

    public void Add(PendingFeature feature)
    {
        if (!_held.TryGetValue(feature.Contract, out var features))
        {
            _held[feature.Contract] = features = [];
        }

        features.Add(feature);
        Count++;
    }

    /// <summary>Takes all of one contract.</summary>
    public IReadOnlyList<PendingFeature> Release(ContractId contract)
    {
        _held.Remove(contract, out var features);
        Count -= features?.Count ?? 0;
        return features ?? [];
    }

    /// <summary>Takes those that have waited too long.</summary>
    public IReadOnlyList<PendingFeature> Expire()
    {
        List<PendingFeature> expired = [];
        foreach (var (contract, features) in _held)
        {
            var count = features.TakeWhile(f => time.GetElapsedTime(f.ReceivedTimestamp) >= hold).Count();
            expired.AddRange(features.Take(count));
            features.RemoveRange(0, count);
            Count -= count;
            if (features.Count == 0)
            {
                _held.Remove(contract);
            }
        }

        return expired;
    }

    /// <summary>Takes everything, for a stop.</summary>
    public IReadOnlyList<PendingFeature> Clear()
    {
        PendingFeature[] all = [.. _held.Values.SelectMany(f => f)];
        _held.Clear();
        Count = 0;
        return all;
    }
}
