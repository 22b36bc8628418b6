using System.Globalization;
using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.Drift.Testing;

namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>Compares the world now with the world as it was: the cheap test first, the confirming one when that is suspicious. Pure: the same windows and seed give the same answer. Thread-safe.</summary>
/// <param name="options">How.</param>
/// <param name="watched">How many streams share the budget.</param>
public sealed class DriftDetector(DriftOptions options, int watched)
{
    private readonly double _level = options.Budget.LevelOf(watched, options.CheckEvery);

    /// <summary>Prepares the world as it was for many checks.</summary>
    /// <param name="observations">A stretch of time without drift. Values that are no numbers must not be among them.</param>
    /// <param name="random">Draws.</param>
    public DriftReference Prepare(IReadOnlyList<Observation> observations, Random random)
    {
        var length = BlockLength.Choose(observations, options.ShortestBlock, options.LongestBlock);
        var blocks = ObservationBlock.Cut(observations, length.Length);
        return new DriftReference(length, blocks, blocks.Count == 0 ? null : HeadOutputSample.Draw(blocks, random));
    }

    /// <summary>Checks.</summary>
    /// <param name="key">What is checked.</param>
    /// <param name="at">The end of the current window, Unix microseconds.</param>
    /// <param name="reference">The world as it was: <see cref="Prepare"/>.</param>
    /// <param name="current">The world now.</param>
    /// <param name="random">Draws and permutes.</param>
    public DriftCheck Check(DriftKey key, long at, DriftReference reference, IReadOnlyList<Observation> current, Random random)
    {
        var (blocks, before, now) = (reference.Length, reference.Blocks, ObservationBlock.Cut(current, reference.Length.Length));
        if (before.Count < options.LeastBlocks || now.Count < options.LeastBlocks)
        {
            return new DriftCheck(
                key, at, DriftVerdict.Undetermined, _level, blocks, null, null,
                $"{before.Count} independent blocks before and {now.Count} now are too few; {options.LeastBlocks} of each are needed");
        }

        var outputs = HeadOutputTest.Compare(reference.Outputs!, HeadOutputSample.Draw(now, random));
        if (outputs.PValue >= options.SuspicionLevel)
        {
            return new DriftCheck(key, at, DriftVerdict.Calm, _level, blocks, outputs, null, Say($"head outputs are as before, p = {outputs.PValue:G3}"));
        }

        if (FeatureKernelTest.Compare(before, now, _level, options.Kernel, random) is not { } features)
        {
            return new DriftCheck(
                key, at, DriftVerdict.Undetermined, _level, blocks, outputs, null,
                Say($"head outputs differ, p = {outputs.PValue:G3}, but no vehicle is in both windows, so that other vehicles cannot be told from another world"));
        }

        var drift = features.PValue < _level;
        return new DriftCheck(
            key, at, drift ? DriftVerdict.Drift : DriftVerdict.Suspicious, _level, blocks, outputs, features,
            Say($"head outputs differ, p = {outputs.PValue:G3}; features {(drift ? "do too" : "do not, as far as can be told")}: p = {features.PValue:G3}, level {_level:G3}"));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
