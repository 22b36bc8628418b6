using CsCheck;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Encoding;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Encoding;

public sealed class AffineQuantiserTests
{
    private static readonly Gen<Quantiser> Quantisers = Gen.Select(Gen.Double[-100, 100], Gen.Double[0.01, 200], (low, range) => new Quantiser(low, low + range));

    [Fact]
    public void Encode_InVectorsAndScalars_AgreesToTheBit() =>
        Gen.Select(Quantisers, Gen.Float[-300, 300].Array[0, 100]).Sample((quantiser, values) =>
        {
            var affine = new AffineQuantiser(quantiser);
            var (vector, scalar) = (new byte[values.Length], new byte[values.Length]);

            Assert.Equal(affine.EncodeScalar(values, scalar), affine.Encode(values, vector));

            Assert.Equal(scalar, vector);
        });

    [Fact]
    public void Encode_OfTiesAndEdges_AgreesInVectorsAndScalars()
    {
        var affine = new AffineQuantiser(new Quantiser(0, 255));
        float[] values = [.. Enumerable.Range(-4, 520).Select(i => i / 2f), float.MaxValue, float.MinValue, -0f];
        var (vector, scalar) = (new byte[values.Length], new byte[values.Length]);

        Assert.Equal(affine.EncodeScalar(values, scalar), affine.Encode(values, vector));

        Assert.Equal(scalar, vector);
        Assert.Equal(0, scalar[Array.IndexOf(values, 0.5f)]);
        Assert.Equal(2, scalar[Array.IndexOf(values, 1.5f)]);
        Assert.Equal(2, scalar[Array.IndexOf(values, 2.5f)]);
    }

    [Fact]
    public void Decode_InVectorsAndScalars_AgreesToTheBit() =>
        Gen.Select(Quantisers, Gen.Byte.Array[0, 100]).Sample((quantiser, codes) =>
        {
            var affine = new AffineQuantiser(quantiser);
            var (vector, scalar) = (new float[codes.Length], new float[codes.Length]);

            affine.Decode(codes, vector);
            affine.DecodeScalar(codes, scalar);

            Assert.Equal(scalar, vector);
        });

    [Fact]
    public void EncodeOfDecode_OfEveryCode_IsThatCode() =>
        Quantisers.Sample(quantiser =>
        {
            var affine = new AffineQuantiser(quantiser);
            byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
            var (values, again) = (new float[256], new byte[256]);

            affine.Decode(codes, values);
            affine.Encode(values, again);

            Assert.Equal(codes, again);
        });

    [Theory]
    [InlineData(1e6, 1e6 + 1e-3)]
    [InlineData(0, 1e-44)]
    [InlineData(-1e300, 1e300)]
    public void Quantiser_TooFineOrTooWideForSinglePrecision_IsRefused(double low, double high) =>
        Assert.Throws<ArgumentException>(() => new AffineQuantiser(new Quantiser(low, high)));
}
