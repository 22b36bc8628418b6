using CsCheck;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Tests.Bundles;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Encoding;

public sealed class FeatureEncodingTests
{
    private const int Length = 60;
    private static readonly Gen<float[]> Features = Gen.Float[-5, 5].Array[Length];

    [Fact]
    public void RoundTrip_Of32Bits_IsExact() => Features.Sample(feature =>
    {
        var (encoded, decoded) = RoundTrip(TestModels.Descriptor, 1, feature);

        Assert.Equal((0, 0), (encoded.Saturated, encoded.NotFinite));
        Assert.Equal(feature, decoded);
    });

    [Fact]
    public void RoundTrip_Of16Bits_RoundsToTheNearestHalf() => Features.Sample(feature =>
    {
        var (encoded, decoded) = RoundTrip(TestModels.Descriptor, 2, feature);

        Assert.Equal(0, encoded.Saturated);
        Assert.Equal(feature.Select(value => (float)(Half)value), decoded);
    });

    [Fact]
    public void RoundTrip_Of8Bits_StaysWithinHalfAStepInsideTheRangeAndSaturatesOutside() =>
        Gen.Select(Features, Gen.Double[-4, 0], Gen.Double[0.5, 4]).Sample((feature, low, high) =>
        {
            var quantiser = new Quantiser(low, high);
            var (encoded, decoded) = RoundTrip(TestModels.Contract([5, 3, 4], quantiser), 3, feature);

            // Half a step, and what single precision adds to it.
            var bound = (quantiser.Step / 2) + ((high - low) * 1e-6);
            Assert.All(feature.Zip(decoded), pair => Assert.InRange(Math.Abs(Math.Clamp(pair.First, low, high) - pair.Second), 0, bound));
            Assert.Equal(feature.Count(value => value < (float)low || value > (float)high), encoded.Saturated);
        });

    [Fact]
    public void Encode_BeyondTheLargestHalf_SaturatesAndCounts()
    {
        var feature = new float[Length];
        (feature[3], feature[20], feature[40]) = (1e6f, -65520, 65519);

        var (encoded, decoded) = RoundTrip(TestModels.Descriptor, 2, feature);

        Assert.Equal(3, encoded.Saturated);
        Assert.Equal((65504, -65504, 65504), (decoded[3], decoded[20], decoded[40]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Encode_OfWhatIsNotANumber_IsRefusedAndCounted(uint id)
    {
        using var encoder = Encoder(TestModels.Descriptor, id);
        var feature = new float[Length];
        (feature[0], feature[59]) = (float.NaN, float.NegativeInfinity);

        var encoded = encoder.Encode(feature, new byte[encoder.MaxEncodedLength]);

        Assert.Equal(new EncodedFeature(0, 0, 2), encoded);
        Assert.True(encoded.Refused);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EncodeAndDecode_OnceWarm_AllocateNothing(uint id)
    {
        var descriptor = TestModels.Contract([576, 2, 2]);
        using var encoder = Encoder(descriptor, id);
        using var decoder = new FeatureDecoder(descriptor);
        var random = new Random(1);
        var feature = new float[2304];
        foreach (ref var value in feature.AsSpan())
        {
            value = random.NextSingle();
        }

        var (buffer, decoded) = (new byte[encoder.MaxEncodedLength], new float[2304]);
        Assert.Equal(DecodeFault.None, decoder.TryDecode(id, buffer.AsSpan(0, encoder.Encode(feature, buffer).Length), decoded));

        var (before, faults) = (GC.GetAllocatedBytesForCurrentThread(), 0);
        for (var i = 0; i < 1000; i++)
        {
            feature[i] = i / 500f;
            var length = encoder.Encode(feature, buffer).Length;
            faults += decoder.TryDecode(id, buffer.AsSpan(0, length), decoded) == DecodeFault.None ? 0 : 1;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, faults);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryDecode_OfAnyBytes_NeverThrowsNorAllocatesWhatTheyClaim(uint id)
    {
        using var decoder = new FeatureDecoder(TestModels.Descriptor);
        var feature = new float[Length];
        decoder.TryDecode(id, [1, 2, 3], feature);
        byte[] magic = [0x28, 0xb5, 0x2f, 0xfd];
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Byte.Array[0, 200].Select(rest => (byte[])[.. magic, .. rest])).Sample(
            bytes =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var fault = decoder.TryDecode(id, bytes, feature);

                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.NotEqual(DecodeFault.UnknownEncoding, fault);
            },
            threads: 1);
    }

    [Fact]
    public void TryDecode_OfADamagedFeature_NeverThrowsNorGivesWhatIsNotANumber()
    {
        using var encoder = Encoder(TestModels.Descriptor, 1);
        using var decoder = new FeatureDecoder(TestModels.Descriptor);
        var (buffer, feature) = (new byte[encoder.MaxEncodedLength], new float[Length]);
        Gen.Select(Features, Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 400]).Sample(
            (values, index, value, kept) =>
            {
                var length = encoder.Encode(values, buffer).Length;
                buffer[index % length] = value;

                var fault = decoder.TryDecode(1, buffer.AsSpan(0, Math.Min(length, kept)), feature);

                Assert.True(fault != DecodeFault.None || feature.All(float.IsFinite));
            },
            threads: 1);
    }

    [Fact]
    public void TryDecode_OfAnUnlistedEncoding_SaysSo()
    {
        using var decoder = new FeatureDecoder(TestModels.Descriptor);

        Assert.Equal(DecodeFault.UnknownEncoding, decoder.TryDecode(4, [1], new float[Length]));
        Assert.Equal(DecodeFault.UnknownEncoding, decoder.TryDecode(0, [1], new float[Length]));
    }

    [Theory]
    [InlineData(59, DecodeFault.WrongLength)]
    [InlineData(60, DecodeFault.None)]
    [InlineData(61, DecodeFault.WrongLength)]
    [InlineData(1 << 20, DecodeFault.WrongLength)]
    public void TryDecode_OfAnotherNumberOfValues_SaysWrongLength(int values, DecodeFault expected)
    {
        var sender = TestModels.Contract([values]);
        using var encoder = Encoder(sender, 3);
        using var decoder = new FeatureDecoder(TestModels.Descriptor);
        var buffer = new byte[encoder.MaxEncodedLength];
        var length = encoder.Encode(new float[values], buffer).Length;

        Assert.Equal(expected, decoder.TryDecode(3, buffer.AsSpan(0, length), new float[Length]));
    }

    [Fact]
    public void TryDecode_OfAFrameThatClaimsTooLittle_IsCorrupt()
    {
        using var encoder = Encoder(TestModels.Descriptor, 3);
        using var decoder = new FeatureDecoder(TestModels.Descriptor);
        var buffer = new byte[encoder.MaxEncodedLength];
        var length = encoder.Encode(new float[Length], buffer).Length;

        Assert.Equal(DecodeFault.Corrupt, decoder.TryDecode(3, buffer.AsSpan(0, length - 1), new float[Length]));
        Assert.Equal(DecodeFault.Corrupt, decoder.TryDecode(3, [.. buffer.AsSpan(0, length), 0], new float[Length]));
        Assert.Equal(DecodeFault.Corrupt, decoder.TryDecode(3, [], new float[Length]));
    }

    [Theory]
    [InlineData("28b52ffde0ffffffffffffff0f010000")]
    [InlineData("28b52ffd00f8010000")]
    [InlineData("28b52ffda0ffffff7f010000")]
    [InlineData("502a4d1804000000ffffffff")]
    public void TryDecode_OfAFrameThatClaimsGigabytes_IsRefusedWithoutThem(string hex)
    {
        using var decoder = new FeatureDecoder(TestModels.Descriptor);
        decoder.TryDecode(3, [1], new float[Length]);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var before = process.PrivateMemorySize64;

        var fault = decoder.TryDecode(3, Convert.FromHexString(hex), new float[Length]);

        process.Refresh();
        Assert.Contains(fault, new[] { DecodeFault.Corrupt, DecodeFault.WrongLength });
        Assert.InRange(process.PrivateMemorySize64 - before, long.MinValue, 512 << 20);
    }

    [Fact]
    public void TryDecode_OfWhatIsNotANumber_SaysSo()
    {
        // A sender that quantises to 8 bits cannot produce these; a 32-bit one with a fault of its own could.
        var bytes = TestModels.Contract([15]);
        using var encoder = Encoder(TestModels.Contract([60], new Quantiser(0, 255)), 3);
        using var decoder = new FeatureDecoder(bytes);
        float[] codes = [.. Enumerable.Repeat<float[]>([0, 0, 0xc0, 0x7f], 15).SelectMany(code => code)];
        var buffer = new byte[encoder.MaxEncodedLength];
        var length = encoder.Encode(codes, buffer).Length;

        Assert.Equal(DecodeFault.NotFinite, decoder.TryDecode(1, buffer.AsSpan(0, length), new float[15]));
    }

    [Fact]
    public void Encoder_ForAnEncodingOfAnotherContract_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new FeatureEncoder(TestModels.Descriptor, TestModels.Descriptor.Encodings[2] with { Quantiser = new Quantiser(0, 1) }));

    private static FeatureEncoder Encoder(FeatureDescriptor descriptor, uint id) => new(descriptor, descriptor.FindEncoding(id)!);

    private static (EncodedFeature Encoded, float[] Decoded) RoundTrip(FeatureDescriptor descriptor, uint id, float[] feature)
    {
        using var encoder = Encoder(descriptor, id);
        using var decoder = new FeatureDecoder(descriptor);
        var (buffer, decoded) = (new byte[encoder.MaxEncodedLength], new float[feature.Length]);
        var encoded = encoder.Encode(feature, buffer);
        Assert.Equal(DecodeFault.None, decoder.TryDecode(id, buffer.AsSpan(0, encoded.Length), decoded));
        return (encoded, decoded);
    }
}
