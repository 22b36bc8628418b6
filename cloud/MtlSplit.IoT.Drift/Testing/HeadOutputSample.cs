using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Drift.Testing;

/// <summary>A window as the cheap test sees it: one frame of each block, since frames of a block are not independent. Immutable; worth keeping for a window that is compared again and again.</summary>
public sealed class HeadOutputSample
{
    private HeadOutputSample(float[][] classes, int blocks) => (Classes, Blocks) = (classes, blocks);

    /// <summary>How many blocks.</summary>
    public int Blocks { get; }

    /// <summary>By class: its probabilities, sorted.</summary>
    internal float[][] Classes { get; }

    /// <summary>Draws a frame of each block.</summary>
    /// <param name="blocks">The blocks; at least one.</param>
    /// <param name="random">Chooses.</param>
    /// <exception cref="ArgumentException">A probability is no number.</exception>
    public static HeadOutputSample Draw(IReadOnlyList<ObservationBlock> blocks, Random random)
    {
        var frames = blocks.Select(block => block.Observations[random.Next(block.Observations.Count)].Probabilities).ToArray();
        return new HeadOutputSample([.. Enumerable.Range(0, frames[0].Length).Select(c => KolmogorovSmirnov.Sorted(Array.ConvertAll(frames, frame => frame[c])))], frames.Length);
    }
}
