using System.Buffers.Binary;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Inference.Golden;

/// <summary>
/// Runs a bundle's golden frames on this machine and compares: the proof that hardware, engine and resampling here say what
/// they said where the bundle was made.
/// </summary>
public static class GoldenCheck
{
    /// <summary>How far a class's probability may be off. Within it, two classes that are as good as equal may change places.</summary>
    public const double ProbabilityTolerance = 0.01;

    /// <summary>Runs all golden frames through the backbone and all heads of a bundle.</summary>
    /// <param name="bundle">A bundle whose digests were checked.</param>
    /// <exception cref="InferenceModelException">A model of the bundle cannot be run at all.</exception>
    /// <exception cref="IOException">A file of the bundle cannot be read.</exception>
    public static GoldenReport Run(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var heads = bundle.Manifest.Tasks.ToDictionary(task => task.Name, task => (bundle.PathOf(task.Head), task.Classes.Length));
        using var network = new GoldenNetwork(bundle.Descriptor, bundle.BackbonePath, heads);
        var tolerance = bundle.Manifest.GoldenTolerance;
        return new GoldenReport(tolerance, [.. bundle.Manifest.Golden.Select(golden => Check(bundle, network, golden, tolerance))]);
    }

    private static GoldenDeviation Check(Bundle bundle, GoldenNetwork network, GoldenFrame golden, double tolerance)
    {
        GoldenAnswer answer;
        float[] expected;
        try
        {
            answer = network.Answer(File.ReadAllBytes(bundle.PathOf(golden.Frame)), golden.Width, golden.Height);
            expected = ReadFeature(bundle.PathOf(golden.Feature));
        }
        catch (ArgumentException exception)
        {
            return new GoldenDeviation(golden.Frame, double.NaN, double.NaN, [], exception.Message);
        }

        if (expected.Length != answer.Feature.Length)
        {
            return new GoldenDeviation(golden.Frame, double.NaN, double.NaN, [], $"{golden.Feature} holds {expected.Length} values, the contract says {answer.Feature.Length}");
        }

        var range = Math.Max((double)expected.Max() - expected.Min(), float.Epsilon);
        var feature = Furthest(expected, answer.Feature) / range;
        var (probability, others) = (0.0, new List<string>());
        foreach (var (task, probabilities) in answer.Probabilities)
        {
            if (!golden.Probabilities.TryGetValue(task, out var wanted) || wanted.Length != probabilities.Length)
            {
                return new GoldenDeviation(golden.Frame, feature, double.NaN, [task], $"there are no {probabilities.Length} golden probabilities for task '{task}'");
            }

            probability = Math.Max(probability, Furthest(wanted, probabilities));
            var (top, wantedTop) = (Top(probabilities), Top(wanted));
            if (top != wantedTop && wanted[wantedTop] - wanted[top] > ProbabilityTolerance)
            {
                others.Add(task);
            }
        }

        // Written so that a difference which is not a number fails.
        var fault = !(feature <= tolerance) ? $"the feature is off by {feature:G3} of its range, {tolerance:G3} is allowed"
            : others.Count > 0 ? $"another class is most probable for {string.Join(", ", others)}"
            : !(probability <= ProbabilityTolerance) ? $"a probability is off by {probability:G3}, {ProbabilityTolerance} is allowed"
            : null;
        return new GoldenDeviation(golden.Frame, feature, probability, others, fault);
    }

    private static float[] ReadFeature(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return values;
    }

    private static double Furthest(float[] expected, float[] found)
    {
        var furthest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            furthest = Math.Max(furthest, Math.Abs((double)expected[i] - found[i]));
        }

        return furthest;
    }

    private static int Top(float[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());
}
