using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Predictions;

namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>
/// Gathers what becomes of this vehicle's features, by the bundle that made them, until it is asked for. Counts only, so it stays small however
/// long nobody asks. Thread-safe.
/// </summary>
/// <param name="ledger">Knows which bundle made which feature.</param>
internal sealed class FieldObserver(FrameLedger ledger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FieldEvidence> _evidence = new(StringComparer.Ordinal);

    /// <summary>A feature was answered. Not twice for the same feature and task.</summary>
    public void Scored(in PredictionMessage prediction)
    {
        if (ledger.BundleOf(prediction.Frame) is { } bundle)
        {
            var (task, probabilities) = (prediction.Task, prediction.Probabilities);
            Add(bundle, evidence => evidence.Scored(task, probabilities.Span));
        }
    }

    /// <summary>A feature was put into quarantine. Not twice for the same feature.</summary>
    public void Quarantined(FrameId frame)
    {
        if (ledger.BundleOf(frame) is { } bundle)
        {
            Add(bundle, static evidence => evidence with { Quarantined = evidence.Quarantined + 1 });
        }
    }

    /// <summary>What was gathered about a bundle since it was last asked for; what was gathered about others is forgotten.</summary>
    public FieldEvidence? Take(string bundle)
    {
        lock (_gate)
        {
            var taken = _evidence.GetValueOrDefault(bundle);
            _evidence.Clear();
            return taken;
        }
    }

    private void Add(string bundle, Func<FieldEvidence, FieldEvidence> more)
    {
        lock (_gate)
        {
            _evidence[bundle] = more(_evidence.GetValueOrDefault(bundle) ?? FieldEvidence.None(bundle));
        }
    }
}
