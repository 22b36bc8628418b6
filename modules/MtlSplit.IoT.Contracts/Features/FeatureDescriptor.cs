using System.Text.Json;
using System.Text.Json.Serialization;
using MtlSplit.IoT.Contracts.Canonical;

namespace MtlSplit.IoT.Contracts.Features;

/// <summary>
/// Everything that gives a feature its meaning. Its canonical JSON (RFC 8785) is the contract, and the SHA-256 of that is
/// the contract's id: <see cref="Contract"/>. Immutable; safe to share between threads.
/// </summary>
public sealed record FeatureDescriptor
{
    /// <summary>The version of this document's own form. A reader refuses others: it could not know what they mean.</summary>
    public const string CurrentSchema = "mtlsplit.contract/1";

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>The document's form: <see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The SHA-256 of the backbone's ONNX file, 64 hex digits.</summary>
    public required string Backbone { get; init; }

    /// <summary>The network's name, such as <c>mobilenet_v3_small</c>.</summary>
    public required string Network { get; init; }

    /// <summary>The split point: the last part of the network that runs on the vehicle.</summary>
    public required string Cut { get; init; }

    /// <summary>The frame that goes in.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>The tensor that comes out.</summary>
    public required FeatureSpec Feature { get; init; }

    /// <summary>The encodings that messages may use.</summary>
    public required EncodingVariant[] Encodings { get; init; }

    /// <summary>The id: the digest of the canonical form. Computed at every call; callers keep it.</summary>
    [JsonIgnore]
    public ContractId Contract => ContractId.Of(ToCanonicalJson());

    /// <summary>Reads and checks a descriptor.</summary>
    /// <exception cref="DescriptorException">The text is not a descriptor that this version understands; the message says where.</exception>
    public static FeatureDescriptor Parse(ReadOnlySpan<byte> json)
    {
        FeatureDescriptor? descriptor;
        try
        {
            descriptor = JsonSerializer.Deserialize(CanonicalJson.Canonicalise(json), FeatureJson.Default.FeatureDescriptor);
        }
        catch (JsonException e)
        {
            throw new DescriptorException($"The contract descriptor is not valid: {e.Message}", e);
        }

        if (descriptor is null)
        {
            throw new DescriptorException("The contract descriptor is empty.");
        }

        descriptor.Check();
        return descriptor;
    }

    /// <summary>The canonical form, UTF-8.</summary>
    public byte[] ToCanonicalJson() => CanonicalJson.Canonicalise(JsonSerializer.SerializeToUtf8Bytes(this, FeatureJson.Default.FeatureDescriptor));

    /// <summary>Finds the encoding variant with a number.</summary>
    public EncodingVariant? FindEncoding(uint id) => Array.Find(Encodings, e => e.Id == id);

    /// <summary>Finds the encoding variant with a name.</summary>
    public EncodingVariant? FindEncoding(string name) => Array.Find(Encodings, e => e.Name == name);

    /// <summary>Checks every rule that the JSON form alone does not.</summary>
    /// <exception cref="DescriptorException">A rule is broken; the message says which.</exception>
    public void Check()
    {
        Require(Schema == CurrentSchema, $"schema is '{Schema}', expected '{CurrentSchema}'");
        Require(Backbone is { Length: 64 } && !Backbone.AsSpan().ContainsAnyExcept(HexDigits), "backbone is not a SHA-256 in lower-case hex");
        Require(!string.IsNullOrEmpty(Network), "network is empty");
        Require(!string.IsNullOrEmpty(Cut), "cut is empty");
        Require(Input is { Width: > 0 and <= 4096, Height: > 0 and <= 4096, Channels: 3 }, "input must be 1 to 4096 pixels wide and high, with 3 channels");
        Require(Input.Resampling == InputSpec.BilinearHalfPixel, $"input.resampling '{Input.Resampling}' is unknown");
        Require(Feature.Shape is { Length: > 0 } && Feature.Length is > 0 and <= FeatureSpec.MaxLength, $"feature.shape must hold 1 to {FeatureSpec.MaxLength} elements");
        Require(Encodings is { Length: > 0 }, "encodings is empty");
        for (var i = 0; i < Encodings.Length; i++)
        {
            var encoding = Encodings[i];
            var where = $"encodings[{i}]";
            Require(encoding is not null, $"{where} is null");
            Require(encoding!.Id != 0, $"{where}.id must not be 0");
            Require(Array.FindIndex(Encodings, e => e?.Id == encoding.Id) == i, $"{where}.id {encoding.Id} stands twice");
            Require(encoding.Name is EncodingVariant.Float32 or EncodingVariant.Float16 or EncodingVariant.UInt8, $"{where}.name '{encoding.Name}' is unknown");
            Require(encoding.Compression == EncodingVariant.Zstandard, $"{where}.compression '{encoding.Compression}' is unknown");
            Require((encoding.Name == EncodingVariant.UInt8) == (encoding.Quantiser is not null), $"{where}.quantiser belongs to '{EncodingVariant.UInt8}' and only to it");
            Require(encoding.Quantiser is null || (double.IsFinite(encoding.Quantiser.Step) && encoding.Quantiser.Step > 0), $"{where}.quantiser needs low < high");
        }
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new DescriptorException($"The contract descriptor is not valid: {rule}.");
        }
    }
}
