using System.Globalization;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>The six factors of 3D Shapes as training knows them, and as the original file writes them down.</summary>
public static class Shapes3DFactors
{
    /// <summary>How many there are: the columns of the original's labels.</summary>
    public const int Count = 6;

    // Far less than the distance between two values, far more than a rounding error.
    private const double Tolerance = 1e-4;

    // The original file counts hues by tenths and sizes from 0.75 to 1.25. Its description spaces both evenly over 0 to 1; no
    // value means two things, so either is understood.
    private static readonly Column[] Columns =
    [
        new("floor hue", [Even(0, 0.9, Shapes3DIndex.Hues), Even(0, 1, Shapes3DIndex.Hues)]),
        new("wall hue", [Even(0, 0.9, Shapes3DIndex.Hues), Even(0, 1, Shapes3DIndex.Hues)]),
        new("object hue", [Even(0, 0.9, Shapes3DIndex.Hues), Even(0, 1, Shapes3DIndex.Hues)]),
        new("scale", [Even(0.75, 1.25, Shapes3DIndex.Scales), Even(0, 1, Shapes3DIndex.Scales)]),
        new("shape", [Even(0, 3, Shapes3DIndex.Shapes)]),
        new("orientation", [Even(-30, 30, Shapes3DIndex.Orientations)]),
    ];

    /// <summary>The tasks that can be asked of a scene.</summary>
    public static IReadOnlyList<TaskSpec> Tasks { get; } = [.. Shapes3DTask.All.Select(task => new TaskSpec(task.Name, task.Classes))];

    /// <summary>The scene that a row of the original's labels describes.</summary>
    /// <param name="values">Floor hue, wall hue, object hue, scale, shape, orientation.</param>
    /// <exception cref="FormatException">A value is none of its factor's; the message names both.</exception>
    public static Shapes3DIndex Parse(ReadOnlySpan<double> values)
    {
        Span<int> factors = stackalloc int[Count];
        for (var i = 0; i < Count; i++)
        {
            factors[i] = Columns[i].Find(values[i]);
        }

        return new Shapes3DIndex(factors[0], factors[1], factors[2], factors[3], factors[4], factors[5]);
    }

    private static double[] Even(double first, double last, int count) =>
        [.. Enumerable.Range(0, count).Select(i => first + ((last - first) * i / (count - 1)))];

    private sealed record Column(string Name, double[][] Spacings)
    {
        public int Find(double value)
        {
            foreach (var spacing in Spacings)
            {
                var found = Array.FindIndex(spacing, v => Math.Abs(v - value) <= Tolerance);
                if (found >= 0)
                {
                    return found;
                }
            }

            var known = string.Join(", ", Spacings[0].Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)));
            throw new FormatException($"{Name} {value.ToString("R", CultureInfo.InvariantCulture)} is none of {known}");
        }
    }
}
