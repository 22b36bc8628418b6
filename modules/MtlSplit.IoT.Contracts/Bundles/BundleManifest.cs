using System.Text.Json;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>
/// A bundle's <c>model.json</c>: what was trained together, file by file. A bundle is named by the SHA-256 of this file's
/// bytes. Immutable.
/// </summary>
public sealed record BundleManifest
{
    /// <summary>The version of this document's own form.</summary>
    public const string CurrentSchema = "mtlsplit.bundle/1";

    /// <summary>The manifest's name in a bundle's folder.</summary>
    public const string FileName = "model.json";

    /// <summary>The document's form: <see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>Rises with every release of the model. Of two bundles of one contract the higher one is used; a vehicle does not install one below what it has proven.</summary>
    public required long ReleaseCounter { get; init; }

    /// <summary>When it was made, Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>After this it is not to be installed any more, Unix microseconds; null for never. One that is installed already keeps running.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>The id of the contract, 64 hex digits: the digest of <see cref="Descriptor"/>.</summary>
    public required string Contract { get; init; }

    /// <summary>The contract's descriptor.</summary>
    public required FeatureDescriptor Descriptor { get; init; }

    /// <summary>The backbone: an ONNX file of the bundle.</summary>
    public required string Backbone { get; init; }

    /// <summary>The tasks, each with its first head.</summary>
    public required BundleTask[] Tasks { get; init; }

    /// <summary>Frames with known answers.</summary>
    public required GoldenFrame[] Golden { get; init; }

    /// <summary>How far a feature on other hardware may be from the golden one, as a share of the golden feature's range.</summary>
    public required double GoldenTolerance { get; init; }

    /// <summary>Where it comes from.</summary>
    public required BundleLineage Lineage { get; init; }

    /// <summary>Every file of the bundle but the manifest itself and its signatures.</summary>
    public required BundleFile[] Files { get; init; }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">The text is not one; the message says where.</exception>
    public static BundleManifest Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, BundleJson.Default.BundleManifest) ?? throw new JsonException("The manifest is empty.");

    /// <summary>Indented UTF-8 JSON, as people read it.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BundleJson.Default.BundleManifest);
}
