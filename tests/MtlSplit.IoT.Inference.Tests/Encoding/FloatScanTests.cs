using CsCheck;
using MtlSplit.IoT.Inference.Encoding;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Encoding;

public sealed class FloatScanTests
{
    [Fact]
    public void CountNotFinite_OfAnyValues_IsWhatALoopCounts() =>
        Gen.OneOf(Gen.Float, Gen.Int[0, 5].Select(i => new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -0f, float.Epsilon }[i])).Array[0, 50]
            .Sample(values => Assert.Equal(values.Count(value => !float.IsFinite(value)), FloatScan.CountNotFinite(values)));

    [Fact]
    public void CountBeyond_OfAnyValues_IsWhatALoopCounts() =>
        Gen.Select(Gen.Float[-10, 10].Array[0, 50], Gen.Float[0, 10])
            .Sample((values, limit) => Assert.Equal(values.Count(value => Math.Abs(value) > limit), FloatScan.CountBeyond(values, limit)));
}
