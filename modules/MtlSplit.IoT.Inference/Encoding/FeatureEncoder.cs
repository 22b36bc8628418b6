using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Inference.Encoding;

/// <summary>
/// Encodes features in one of their contract's encodings. Nothing is allocated per feature. Not thread-safe: one per worker.
/// </summary>
public sealed class FeatureEncoder : IDisposable
{
    /// <summary>
    /// The Zstandard level where none is asked for. Features hold few repeats, so nearly all that Zstandard gains is its entropy
    /// coding, which is the same at every level: higher ones were slower and not smaller.
    /// </summary>
    public const int DefaultLevel = 1;

    private static readonly float HalfMax = (float)Half.MaxValue;
    private readonly ZstandardFrame _frame = new();
    private readonly int _length;
    private readonly int _level;
    private readonly byte[] _elements;
    private readonly AffineQuantiser? _quantiser;

    /// <summary>Prepares an encoder.</summary>
    /// <param name="descriptor">The contract's descriptor.</param>
    /// <param name="encoding">One of the descriptor's encodings.</param>
    /// <param name="level">Zstandard level, 1 (fast) to 19 (small); any level can be read by any decoder.</param>
    /// <exception cref="ArgumentException">The encoding is not the descriptor's, or cannot be used.</exception>
    public FeatureEncoder(FeatureDescriptor descriptor, EncodingVariant encoding, int level = DefaultLevel)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(encoding);
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 19);
        if (descriptor.FindEncoding(encoding.Id) != encoding)
        {
            throw new ArgumentException($"The contract lists no encoding {encoding.Id} '{encoding.Name}' with this quantiser.", nameof(encoding));
        }

        (Encoding, _level, _length) = (encoding, level, descriptor.Feature.Length);
        _elements = new byte[_length * encoding.ElementSize];
        _quantiser = encoding.Quantiser is null ? null : new AffineQuantiser(encoding.Quantiser);
        MaxEncodedLength = ZstandardFrame.Bound(_elements.Length);
    }

    /// <summary>The encoding in use.</summary>
    public EncodingVariant Encoding { get; }

    /// <summary>The most bytes an encoded feature can take.</summary>
    public int MaxEncodedLength { get; }

    /// <summary>Encodes one feature. One that holds a value which is not finite is refused: nothing is written.</summary>
    /// <param name="feature">The feature, in C order.</param>
    /// <param name="destination">Where it goes; at least <see cref="MaxEncodedLength"/> bytes.</param>
    /// <exception cref="ArgumentException">A buffer is too small, or the feature is not the contract's.</exception>
    public EncodedFeature Encode(ReadOnlySpan<float> feature, Span<byte> destination)
    {
        if (feature.Length != _length || destination.Length < MaxEncodedLength)
        {
            throw new ArgumentException($"A feature has {_length} values, not {feature.Length}, and needs {MaxEncodedLength} bytes, not {destination.Length}.", nameof(feature));
        }

        var notFinite = FloatScan.CountNotFinite(feature);
        if (notFinite > 0)
        {
            return new EncodedFeature(0, 0, notFinite);
        }

        var saturated = 0;
        switch (Encoding.Name)
        {
            case EncodingVariant.UInt8:
                saturated = _quantiser!.Encode(feature, _elements);
                break;
            case EncodingVariant.Float16:
                saturated = ToHalf(feature, MemoryMarshal.Cast<byte, Half>(_elements.AsSpan()));
                break;
            default:
                MemoryMarshal.AsBytes(feature).CopyTo(_elements);
                break;
        }

        return new EncodedFeature(_frame.Compress(_elements, destination[..MaxEncodedLength], _level), saturated, 0);
    }

    /// <summary>Frees the compressor's working memory.</summary>
    public void Dispose() => _frame.Dispose();

    private static int ToHalf(ReadOnlySpan<float> feature, Span<Half> halves)
    {
        var saturated = FloatScan.CountBeyond(feature, HalfMax);
        TensorPrimitives.ConvertToHalf(feature, halves);
        for (var i = 0; saturated > 0 && i < halves.Length; i++)
        {
            if (Half.IsInfinity(halves[i]))
            {
                halves[i] = Half.CopySign(Half.MaxValue, halves[i]);
            }
        }

        return saturated;
    }
}
