using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>
/// Keeps account of which bundle made which frame's feature, and of what an update cost: the time and the frames between the wish for a bundle
/// and the first feature that it made. Thread-safe.
/// </summary>
/// <param name="session">The first half of this process's frame ids.</param>
/// <param name="counters">How many frames were captured.</param>
/// <param name="time">The clock.</param>
internal sealed class FrameLedger(FrameSession session, BackboneCounters counters, TimeProvider time)
{
    // Evidence about a bundle arrives within seconds; more changes than this in that time there are not.
    private const int Remembered = 16;

    private readonly Lock _gate = new();
    private readonly List<(ulong From, FeatureOrigin Origin)> _reigns = [];
    private (string Bundle, long Began, ulong From)? _wish;
    private long _made;
    private UpdateCost? _cost;

    /// <summary>Whether any bundle has made a feature in this process.</summary>
    public bool AnyMade
    {
        get
        {
            lock (_gate)
            {
                return _reigns.Count > 0;
            }
        }
    }

    /// <summary>What the update to a bundle cost; null while its first feature is not made, or where nobody wished for it.</summary>
    public UpdateCost? CostOf(string bundle)
    {
        lock (_gate)
        {
            return _cost?.Bundle == bundle ? _cost : null;
        }
    }

    /// <summary>Somebody wants a bundle, as of now.</summary>
    public void Wish(string bundle)
    {
        lock (_gate)
        {
            // Frames are numbered from 0 and counted when they have their number, so the next one has the count for number.
            (_wish, _made) = ((bundle, time.GetTimestamp(), (ulong)counters.Captured), 0);
        }
    }

    /// <summary>A wish did not come to be, or was fulfilled already.</summary>
    public void Unwish(string bundle)
    {
        lock (_gate)
        {
            _wish = _wish?.Bundle == bundle ? null : _wish;
        }
    }

    /// <summary>The bundle that made a frame's feature; null where it is not known any more, or not one of this process.</summary>
    public string? BundleOf(FrameId frame)
    {
        if (frame.Session != session.Value)
        {
            return null;
        }

        lock (_gate)
        {
            return _reigns.FindLast(reign => reign.From <= frame.Number).Origin?.Bundle;
        }
    }

    /// <summary>The last bundle that made features under a contract in this process; null: none that is known any more.</summary>
    public string? LastBundleOf(ContractId contract)
    {
        lock (_gate)
        {
            return _reigns.FindLast(reign => reign.Origin.Contract == contract).Origin?.Bundle;
        }
    }

    /// <summary>A feature was made. In capture order.</summary>
    public void Enter(in ExtractedFeature feature)
    {
        lock (_gate)
        {
            if (_reigns is not [.., var reign] || reign.Origin.Bundle != feature.Origin.Bundle)
            {
                Begin(feature.Origin, feature.Frame.Number);
            }

            _made += feature.Frame.Number >= _wish?.From && !feature.Tensor.IsEmpty ? 1 : 0;
        }
    }

    private void Begin(FeatureOrigin origin, ulong number)
    {
        _reigns.Add((number, origin));
        if (_reigns.Count > Remembered)
        {
            _reigns.RemoveAt(0);
        }

        if (_wish is { } wish && wish.Bundle == origin.Bundle)
        {
            var captured = number > wish.From ? (long)(number - wish.From) : 0;
            _cost = new UpdateCost(origin.Bundle, time.GetElapsedTime(wish.Began), captured - _made);
            _wish = null;
        }
    }
}
