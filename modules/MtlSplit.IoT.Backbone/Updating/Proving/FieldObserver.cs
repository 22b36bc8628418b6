using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Quarantine;

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

    /// <summary>Features went into quarantine. Not twice for the same notice.</summary>
    public void Quarantined(in QuarantineNotice notice)
    {
        // What could not be read as far as its frame is told by its contract, which is in the topic. Features of an earlier process are nobody's.
        if ((notice.Frame is { } frame ? ledger.BundleOf(frame) : ledger.LastBundleOf(notice.Contract)) is { } bundle)
        {
            var features = notice.Features;
            Add(bundle, evidence => evidence with { Quarantined = evidence.Quarantined + features });
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
