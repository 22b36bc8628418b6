using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MtlSplit.IoT.Inference.Encoding;

/// <summary>Looks values over before they are trusted.</summary>
internal static class FloatScan
{
    /// <summary>How many values are larger in magnitude than a limit; what is not a number counts.</summary>
    public static int CountBeyond(ReadOnlySpan<float> values, float limit)
    {
        var within = 0;
        var done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
            var (counts, limits) = (Vector256<int>.Zero, Vector256.Create(limit));
            foreach (var vector in vectors)
            {
                counts += Vector256.LessThanOrEqual(Vector256.Abs(vector), limits).AsInt32();
            }

            done = vectors.Length * Vector256<float>.Count;
            within = -Vector256.Sum(counts);
        }

        foreach (var value in values[done..])
        {
            within += MathF.Abs(value) <= limit ? 1 : 0;
        }

        return values.Length - within;
    }

    /// <summary>How many values are not a number or infinite.</summary>
    public static int CountNotFinite(ReadOnlySpan<float> values) => CountBeyond(values, float.MaxValue);
}
