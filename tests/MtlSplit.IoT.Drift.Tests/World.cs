using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Drift.Tests;

/// <summary>
/// A small world with what makes real ones hard: each vehicle differs from the others for good, a scene stays for a while, and noise is correlated in time. Three classes, eight channels, a frame a second.
/// </summary>
internal sealed class World(int seed, int vehicles = 6, double sceneSeconds = 10)
{
    private const int Classes = 3;
    private const int Channels = 8;

    private readonly Random _random = new(seed);
    private readonly double[][] _offsets = [.. Enumerable.Range(0, vehicles).Select(v => Offset(new Random((seed * 1009) + v)))];
    private ulong _frames;

    /// <summary>What is added to every third channel from now on, so that the first class gains.</summary>
    public double Shift { get; set; }

    /// <summary>How probable the first class is from now on; the others share the rest.</summary>
    public double FirstClass { get; set; } = 1.0 / Classes;

    /// <summary>What all vehicles see in a stretch of time.</summary>
    public List<Observation> See(int fromSecond, int seconds)
    {
        List<Observation> seen = [];
        for (var vehicle = 0; vehicle < vehicles; vehicle++)
        {
            var (scene, noise) = (Scene(), new double[Channels]);
            for (var second = fromSecond; second < fromSecond + seconds; second++)
            {
                scene = _random.NextDouble() < 1 / sceneSeconds ? Scene() : scene;
                var feature = new float[Channels];
                for (var c = 0; c < Channels; c++)
                {
                    noise[c] = (0.8 * noise[c]) + (0.6 * Normal());
                    feature[c] = (float)((c % Classes == scene ? 2 : 0) + _offsets[vehicle][c] + noise[c] + (c % Classes == 0 ? Shift : 0));
                }

                seen.Add(new Observation(new FrameId(1, _frames++), $"car-{vehicle}", second * 1_000_000L, Softmax(feature), feature));
            }
        }

        return seen;
    }

    private static double[] Offset(Random random) => [.. Enumerable.Range(0, Channels).Select(_ => random.NextDouble() - 0.5)];

    private static float[] Softmax(float[] feature)
    {
        var scores = new double[Classes];
        for (var c = 0; c < Channels; c++)
        {
            scores[c % Classes] += feature[c];
        }

        var most = scores.Max();
        var powers = scores.Select(s => Math.Exp(s - most)).ToArray();
        return [.. powers.Select(p => (float)(p / powers.Sum()))];
    }

    private int Scene() => _random.NextDouble() < FirstClass ? 0 : 1 + _random.Next(Classes - 1);

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
