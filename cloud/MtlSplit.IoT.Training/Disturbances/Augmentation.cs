using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Changes training images, differently in every epoch, as a run's seed decides. Immutable and thread-safe.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="shuffleChannels">Whether colour channels are shuffled first.</param>
/// <param name="disturbances">What is then done to every image, one after another, at strengths drawn up to their own.</param>
internal sealed class Augmentation(ulong seed, bool shuffleChannels, IReadOnlyList<Disturbance> disturbances)
{
    /// <summary>What is done in an epoch; null for nothing.</summary>
    public SampleAugmentation? Of(int epoch)
    {
        if (!shuffleChannels && disturbances.Count == 0)
        {
            return null;
        }

        return (rgb, sample) =>
        {
            var chance = SeededOrder.ForSample(seed, epoch, sample);
            if (shuffleChannels)
            {
                ChannelPermutation.Apply(rgb, (int)(chance % (ulong)ChannelPermutation.Count));
            }

            var random = new SeededRandom(chance);
            foreach (var disturbance in disturbances)
            {
                disturbance.Varied(random.Next()).Apply(rgb, random.Next());
            }
        };
    }
}
