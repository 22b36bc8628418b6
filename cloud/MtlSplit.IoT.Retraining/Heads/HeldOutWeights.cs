using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>
/// What held-out frames count for, so that together they stand for all frames of the fleet and not for those that were worth keeping. Either stream alone does when
/// each frame counts one over its inclusion probability; the two together do when each stream counts as much as it knows, which is its effective size (Kish).
/// Where the need stream keeps everything, every weight is 1.
/// </summary>
internal sealed class HeldOutWeights
{
    private readonly Dictionary<(StreamKind, bool), double> _factors;

    private HeldOutWeights(Dictionary<(StreamKind, bool), double> factors) => _factors = factors;

    /// <summary>Weighs the held-out samples of a snapshot.</summary>
    public static HeldOutWeights Of(IReadOnlyCollection<StoredSample> heldOut) => new(heldOut
        .GroupBy(StreamOf)
        .ToDictionary(stream => stream.Key, stream =>
        {
            var (sum, squares) = (stream.Sum(s => 1 / s.InclusionProbability), stream.Sum(s => 1 / (s.InclusionProbability * s.InclusionProbability)));
            return sum / squares;
        }));

    /// <summary>The weight of one of them.</summary>
    public double Of(StoredSample sample) => Math.Round(_factors[StreamOf(sample)] / sample.InclusionProbability, 9);

    // What was kept before there were streams is a sample of its own.
    private static (StreamKind, bool) StreamOf(StoredSample sample) => (sample.Stream, sample.IsKeptApart);
}
