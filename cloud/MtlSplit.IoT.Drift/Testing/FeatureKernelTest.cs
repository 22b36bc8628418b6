using System.Numerics.Tensors;
using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Drift.Testing;

/// <summary>
/// The confirming test: the maximum mean discrepancy of pooled features under a Gaussian kernel, whose width is the median distance of the pooled frames. Its null distribution comes from
/// permuting whole blocks of the <b>pooled</b> windows, each within its vehicle: frames of a block stay together, and what always differs between vehicles is no evidence. A vehicle that is in one window alone says nothing
/// about change and is left out. The p-value is exact when blocks of a vehicle are exchangeable. Permuting ends early when it is clear that the p-value is large (Besag and Clifford's sequential
/// p-value, valid whenever it ends).
/// </summary>
public static class FeatureKernelTest
{
    private const int Exceedances = 20;

    /// <summary>Compares two windows.</summary>
    /// <param name="reference">The world as it was.</param>
    /// <param name="current">The world now.</param>
    /// <param name="level">The p-value that matters: there are permutations enough to fall below it clearly.</param>
    /// <param name="limits">What may be used of the windows.</param>
    /// <param name="random">Permutes, and draws where there is more than may be used.</param>
    /// <returns>Null where no vehicle has blocks in both windows.</returns>
    public static FeatureKernelResult? Compare(
        IReadOnlyList<ObservationBlock> reference, IReadOnlyList<ObservationBlock> current, double level, KernelLimits limits, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(level, 0);
        var both = reference.Select(b => b.Vehicle).Intersect(current.Select(b => b.Vehicle), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        if (both.Count == 0)
        {
            return null;
        }

        var before = Draw([.. reference.Where(b => both.Contains(b.Vehicle))], limits, random);
        var now = Draw([.. current.Where(b => both.Contains(b.Vehicle))], limits, random);
        // Drawing may have left a vehicle in one of them; the rest permute within what they have, and those stay where they are.
        List<DrawnBlock> blocks = [.. before, .. now];
        var kernel = new BlockKernel(blocks, random);
        var isNow = new bool[blocks.Count];
        Array.Fill(isNow, true, before.Count, now.Count);
        var observed = kernel.Discrepancy(isNow);
        var strata = Enumerable.Range(0, blocks.Count).GroupBy(i => blocks[i].Vehicle, StringComparer.Ordinal).Select(g => g.ToArray()).ToArray();
        var most = (int)Math.Min(limits.Permutations, Math.Ceiling(Exceedances / level));
        int permutations = 0, exceeding = 0;
        while (permutations < most && exceeding < Exceedances)
        {
            foreach (var stratum in strata)
            {
                Shuffle(isNow, stratum, random);
            }

            permutations++;
            exceeding += kernel.Discrepancy(isNow) >= observed - 1e-12 ? 1 : 0;
        }

        var pValue = exceeding == Exceedances ? (double)exceeding / permutations : (exceeding + 1.0) / (permutations + 1);
        Array.Fill(isNow, false, 0, before.Count);
        Array.Fill(isNow, true, before.Count, now.Count);
        return new FeatureKernelResult(observed, pValue, permutations, before.Count, now.Count, kernel.MostForeign(isNow, limits.Examples));
    }

    private static List<DrawnBlock> Draw(ObservationBlock[] blocks, KernelLimits limits, Random random)
    {
        random.Shuffle(blocks);
        return [.. blocks.Take(limits.Blocks).Select(block =>
        {
            var frames = block.Observations.ToArray();
            random.Shuffle(frames);
            return new DrawnBlock(block.Vehicle, frames[..Math.Min(frames.Length, limits.FramesPerBlock)]);
        })];
    }

    private static void Shuffle(bool[] labels, int[] places, Random random)
    {
        for (var i = places.Length - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (labels[places[i]], labels[places[j]]) = (labels[places[j]], labels[places[i]]);
        }
    }

    private readonly record struct DrawnBlock(string Vehicle, Observation[] Frames);

    /// <summary>Kernel sums between blocks, so that a permutation costs blocks squared, not frames squared.</summary>
    private sealed class BlockKernel
    {
        private const int WidthSample = 300;

        private readonly List<DrawnBlock> _blocks;
        private readonly float[] _sums;
        private readonly int[] _frames;
        private readonly float[] _weights;

        public BlockKernel(List<DrawnBlock> blocks, Random random)
        {
            _blocks = blocks;
            _frames = [.. blocks.Select(b => b.Frames.Length)];
            _weights = new float[blocks.Count];
            var features = blocks.SelectMany(b => b.Frames).Select(f => f.Feature).ToArray();
            var scale = -1 / Width(features, random);
            _sums = new float[blocks.Count * blocks.Count];
            for (var i = 0; i < blocks.Count; i++)
            {
                for (var j = i; j < blocks.Count; j++)
                {
                    double sum = 0;
                    foreach (var a in blocks[i].Frames)
                    {
                        foreach (var b in blocks[j].Frames)
                        {
                            var distance = TensorPrimitives.Distance<float>(a.Feature, b.Feature);
                            sum += Math.Exp(distance * distance * scale);
                        }
                    }

                    _sums[(i * blocks.Count) + j] = _sums[(j * blocks.Count) + i] = (float)sum;
                }
            }
        }

        /// <summary>The squared discrepancy of the blocks that are now and those that are not.</summary>
        public double Discrepancy(bool[] isNow)
        {
            Weigh(isNow);
            double sum = 0;
            for (var i = 0; i < _weights.Length; i++)
            {
                sum += _weights[i] * TensorPrimitives.Dot(_sums.AsSpan(i * _weights.Length, _weights.Length), _weights);
            }

            return sum;
        }

        /// <summary>The frames of now that are most like now and least like before.</summary>
        public IReadOnlyList<Observation> MostForeign(bool[] isNow, int count)
        {
            Weigh(isNow);
            return
            [
                .. Enumerable.Range(0, _weights.Length).Where(i => isNow[i])
                    .OrderByDescending(i => TensorPrimitives.Dot(_sums.AsSpan(i * _weights.Length, _weights.Length), _weights) / _frames[i])
                    .Take(count)
                    .Select(i => _blocks[i].Frames[0]),
            ];
        }

        private void Weigh(bool[] isNow)
        {
            int now = 0, before = 0;
            for (var i = 0; i < isNow.Length; i++)
            {
                now += isNow[i] ? _frames[i] : 0;
                before += isNow[i] ? 0 : _frames[i];
            }

            for (var i = 0; i < isNow.Length; i++)
            {
                _weights[i] = isNow[i] ? 1f / now : -1f / before;
            }
        }

        // Of the pooled frames, so that it is the same whatever is permuted.
        private static double Width(float[][] features, Random random)
        {
            var sample = features.ToArray();
            random.Shuffle(sample);
            var some = sample.AsSpan(0, Math.Min(sample.Length, WidthSample));
            List<double> squares = [];
            for (var i = 0; i < some.Length; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    var distance = TensorPrimitives.Distance<float>(some[i], some[j]);
                    squares.Add(distance * distance);
                }
            }

            squares.Sort();
            return squares.Count > 0 && squares[squares.Count / 2] > 0 ? squares[squares.Count / 2] : 1;
        }
    }
}
