using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Inference.Encoding;

/// <summary>
/// Eight bits for a value between low and high: code = (value - low) / step, rounded to nearest, ties to even, and clamped to
/// 0..255; value = low + code · step. All in single precision, one operation after another and none of them fused, so
/// vectors, scalars and every machine agree to the bit.
/// </summary>
internal sealed class AffineQuantiser
{
    private readonly float _low;
    private readonly float _high;
    private readonly float _step;
    private readonly float _inverseStep;

    /// <exception cref="ArgumentException">Neighbouring codes cannot be told apart in single precision.</exception>
    public AffineQuantiser(Quantiser quantiser)
    {
        (_low, _high, _step) = ((float)quantiser.Low, (float)quantiser.High, (float)quantiser.Step);
        _inverseStep = (float)(1 / quantiser.Step);
        var coarsest = MathF.Max(MathF.Abs(_low), MathF.Abs(_high));
        if (!float.IsNormal(_step) || !float.IsNormal(_inverseStep) || !(_step > 64 * (MathF.BitIncrement(coarsest) - coarsest)))
        {
            throw new ArgumentException($"A quantiser from {quantiser.Low} to {quantiser.High} cannot be used: its step is too fine for single precision.", nameof(quantiser));
        }
    }

    /// <summary>Writes one code per value; the caller has seen that all are finite. Returns how many lay outside the range.</summary>
    public int Encode(ReadOnlySpan<float> values, Span<byte> codes)
    {
        var saturated = 0;
        var done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
            var outside = Vector256<int>.Zero;
            for (var i = 0; i + 4 <= vectors.Length; i += 4, done += Vector256<byte>.Count)
            {
                var lower = Vector256.Narrow(Encode(vectors[i], ref outside), Encode(vectors[i + 1], ref outside));
                var upper = Vector256.Narrow(Encode(vectors[i + 2], ref outside), Encode(vectors[i + 3], ref outside));
                Vector256.Narrow(lower, upper).AsByte().CopyTo(codes[done..]);
            }

            // A comparison that holds is -1 in every lane.
            saturated = -Vector256.Sum(outside);
        }

        return saturated + EncodeScalar(values[done..], codes[done..]);
    }

    /// <summary>What <see cref="Encode(ReadOnlySpan{float}, Span{byte})"/> does, one value at a time.</summary>
    public int EncodeScalar(ReadOnlySpan<float> values, Span<byte> codes)
    {
        var saturated = 0;
        for (var i = 0; i < values.Length; i++)
        {
            saturated += values[i] < _low || values[i] > _high ? 1 : 0;
            var scaled = MathF.Round((values[i] - _low) * _inverseStep, MidpointRounding.ToEven);
            codes[i] = (byte)MathF.Min(MathF.Max(scaled, 0), 255);
        }

        return saturated;
    }

    /// <summary>Writes one value per code.</summary>
    public void Decode(ReadOnlySpan<byte> codes, Span<float> values)
    {
        var done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var (low, step) = (Vector256.Create(_low), Vector256.Create(_step));
            for (; done + Vector256<float>.Count <= codes.Length; done += Vector256<float>.Count)
            {
                var eight = Vector64.Create(codes.Slice(done, Vector64<byte>.Count)).ToVector128Unsafe();
                var widened = Vector256.WidenLower(Vector128.WidenLower(eight).ToVector256Unsafe()).AsInt32();
                (low + (Vector256.ConvertToSingle(widened) * step)).CopyTo(values[done..]);
            }
        }

        DecodeScalar(codes[done..], values[done..]);
    }

    /// <summary>What <see cref="Decode"/> does, one value at a time.</summary>
    public void DecodeScalar(ReadOnlySpan<byte> codes, Span<float> values)
    {
        for (var i = 0; i < codes.Length; i++)
        {
            values[i] = _low + (codes[i] * _step);
        }
    }

    private Vector256<int> Encode(Vector256<float> values, ref Vector256<int> outside)
    {
        var (low, high) = (Vector256.Create(_low), Vector256.Create(_high));
        outside += (Vector256.LessThan(values, low) | Vector256.GreaterThan(values, high)).AsInt32();
        var scaled = Vector256.Round((values - low) * Vector256.Create(_inverseStep), MidpointRounding.ToEven);
        return Vector256.ConvertToInt32(Vector256.Min(Vector256.Max(scaled, Vector256<float>.Zero), Vector256.Create(255f)));
    }
}
