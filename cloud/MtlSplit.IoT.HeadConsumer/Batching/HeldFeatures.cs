using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.HeadConsumer.Intake;

namespace MtlSplit.IoT.HeadConsumer.Batching;

/// <summary>
/// Features whose contract or head is not here yet, in the order in which they came. The broker's own receive maximum bounds
/// them: they are unacknowledged. Acknowledgements go out in order, so a held feature soon stops everything behind it; that is
/// why a contract is waited for as a whole, once, and not again for every feature of it. Used by one loop.
/// </summary>
internal sealed class HeldFeatures(TimeSpan hold, TimeProvider time)
{
    /// <summary>A contract that was waited for in vain is waited for again after so many times the hold.</summary>
    public const int Pause = 12;

    private readonly Dictionary<ContractId, Wait> _waits = [];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>The contracts that are waited for.</summary>
    public IEnumerable<ContractId> Contracts => _waits.Where(w => w.Value.Features.Count > 0).Select(w => w.Key);

    /// <summary>Whether features of a contract wait: later ones must then wait behind them.</summary>
    public bool Holds(ContractId contract) => _waits.TryGetValue(contract, out var wait) && wait.Features.Count > 0;

    public void Add(PendingFeature feature)
    {
        if (!_waits.TryGetValue(feature.Contract, out var wait) || IsOver(wait))
        {
            ForgetOld();
            _waits[feature.Contract] = wait = new Wait(feature.ReceivedTimestamp);
        }

        wait.Features.Add(feature);
        Count++;
    }

    /// <summary>Takes all of one contract, whose head is here.</summary>
    public IReadOnlyList<PendingFeature> Release(ContractId contract)
    {
        _waits.Remove(contract, out var wait);
        Count -= wait?.Features.Count ?? 0;
        return wait?.Features ?? [];
    }

    /// <summary>Takes those whose contract was waited for long enough.</summary>
    public IReadOnlyList<PendingFeature> Expire()
    {
        List<PendingFeature> expired = [];
        foreach (var wait in _waits.Values)
        {
            if (time.GetElapsedTime(wait.Since) >= hold)
            {
                expired.AddRange(wait.Features);
                wait.Features.Clear();
            }
        }

        Count -= expired.Count;
        return expired;
    }

    /// <summary>Takes everything, for a stop.</summary>
    public IReadOnlyList<PendingFeature> Clear()
    {
        PendingFeature[] all = [.. _waits.Values.SelectMany(w => w.Features)];
        _waits.Clear();
        Count = 0;
        return all;
    }

    private void ForgetOld()
    {
        foreach (var (contract, wait) in _waits)
        {
            if (IsOver(wait))
            {
                _waits.Remove(contract);
            }
        }
    }

    private bool IsOver(Wait wait) => wait.Features.Count == 0 && time.GetElapsedTime(wait.Since) >= Pause * hold;

    private sealed class Wait(long since)
    {
        public long Since { get; } = since;

        public List<PendingFeature> Features { get; } = [];
    }
}
