using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Canonical;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>A head's document: what it predicts, which contract it reads, and where it comes from. Immutable.</summary>
public sealed record HeadManifest
{
    /// <summary>The version of this document's own form.</summary>
    public const string CurrentSchema = "mtlsplit.head/1";

    /// <summary>The document's form: <see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The classes, in the order of the head's outputs.</summary>
    public required string[] Classes { get; init; }

    /// <summary>The contract it reads, 64 hex digits.</summary>
    public required string Contract { get; init; }

    /// <summary>Counts the heads of this contract and task from 1, the bundle's own.</summary>
    public required int Number { get; init; }

    /// <summary>The SHA-256 of the ONNX file, 64 hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When it was made, Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The version it was trained from, if any.</summary>
    public string? Parent { get; init; }

    /// <summary>Figures measured on held-out samples.</summary>
    public SortedDictionary<string, double> Metrics { get; init; } = [];

    /// <summary>What it was made from, as far as it is known: bundle; run, snapshot, counts, seed, code and what the gate said.</summary>
    public SortedDictionary<string, string> Lineage { get; init; } = [];

    /// <summary>The version in predictions: <c>h{number}-{first 12 hex digits of the digest}</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Version => $"h{Number}-{(Sha256.Length >= 12 ? Sha256[..12] : Sha256)}";

    /// <summary>The manifest of a bundle's initial head: number 1 of its contract and task.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="task">One of its tasks.</param>
    public static HeadManifest OfBundle(Bundle bundle, BundleTask task)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(task);
        return new HeadManifest
        {
            Task = task.Name,
            Classes = task.Classes,
            Contract = bundle.Contract.ToString(),
            Number = 1,
            Sha256 = Array.Find(bundle.Manifest.Files, f => f.Path == task.Head)!.Sha256,
            CreatedAt = bundle.Manifest.CreatedAt,
            Metrics = task.Metrics,
            Lineage = new() { ["bundle"] = bundle.Digest },
        };
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">The text is not one; the message says where.</exception>
    public static HeadManifest Parse(ReadOnlySpan<byte> json)
    {
        var manifest = JsonSerializer.Deserialize(json, HeadJson.Default.HeadManifest) ?? throw new JsonException("The manifest is empty.");
        return manifest.Schema == CurrentSchema ? manifest : throw new JsonException($"The schema is '{manifest.Schema}', expected '{CurrentSchema}'.");
    }

    /// <summary>Canonical JSON: equal manifests have equal bytes, and their SHA-256 names the head.</summary>
    public byte[] ToCanonicalJson() => CanonicalJson.Canonicalise(JsonSerializer.SerializeToUtf8Bytes(this, HeadJson.Default.HeadManifest));
}
