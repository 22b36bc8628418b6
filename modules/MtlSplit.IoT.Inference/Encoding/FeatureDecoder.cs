using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Inference.Encoding;

/// <summary>
/// Decodes the features of one contract. Sizes come from the contract: whatever a message claims, nothing is allocated for
/// it. Not thread-safe: one per worker.
/// </summary>
public sealed class FeatureDecoder : IDisposable
{
    private readonly ZstandardFrame _frame = new();
    private readonly FeatureDescriptor _descriptor;
    private readonly AffineQuantiser?[] _quantisers;
    private readonly int _length;
    private readonly byte[] _elements;

    /// <summary>Prepares a decoder for all of a contract's encodings.</summary>
    /// <param name="descriptor">The contract's descriptor.</param>
    /// <exception cref="ArgumentException">One of the encodings cannot be used.</exception>
    public FeatureDecoder(FeatureDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        (_descriptor, _length) = (descriptor, descriptor.Feature.Length);
        _quantisers = Array.ConvertAll(descriptor.Encodings, encoding => encoding.Quantiser is null ? null : new AffineQuantiser(encoding.Quantiser));
        _elements = new byte[_length * sizeof(ushort)];
    }

    /// <summary>Decodes one feature. Never throws on what a message holds.</summary>
    /// <param name="encoding">The number of the encoding, as the message says.</param>
    /// <param name="tensor">The encoded feature.</param>
    /// <param name="feature">Where the values go, in C order; as many as the contract says. Undefined after a fault.</param>
    /// <returns>What is wrong, or <see cref="DecodeFault.None"/>.</returns>
    /// <exception cref="ArgumentException">The destination is not of the contract's size.</exception>
    public DecodeFault TryDecode(uint encoding, ReadOnlySpan<byte> tensor, Span<float> feature)
    {
        if (feature.Length != _length)
        {
            throw new ArgumentException($"A feature has {_length} values, not {feature.Length}.", nameof(feature));
        }

        var encodings = _descriptor.Encodings;
        var index = 0;
        while (index < encodings.Length && encodings[index].Id != encoding)
        {
            index++;
        }

        if (index == encodings.Length)
        {
            return DecodeFault.UnknownEncoding;
        }

        var elements = encodings[index].Name switch
        {
            EncodingVariant.UInt8 => _elements.AsSpan(0, _length),
            EncodingVariant.Float16 => _elements.AsSpan(),
            _ => MemoryMarshal.AsBytes(feature),
        };
        var fault = _frame.Decompress(tensor, elements);
        if (fault != DecodeFault.None)
        {
            return fault;
        }

        if (_quantisers[index] is { } quantiser)
        {
            quantiser.Decode(elements, feature);
            return DecodeFault.None;
        }

        if (encodings[index].Name == EncodingVariant.Float16)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(elements), feature);
        }

        return FloatScan.CountNotFinite(feature) == 0 ? DecodeFault.None : DecodeFault.NotFinite;
    }

    /// <summary>Frees the decompressor's working memory.</summary>
    public void Dispose() => _frame.Dispose();
}
