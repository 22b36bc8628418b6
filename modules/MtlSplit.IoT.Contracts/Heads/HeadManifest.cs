using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>A head's <c>head.json</c>: what it predicts, which contract it reads, and where it comes from. Immutable.</summary>
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

    /// <summary>What it was trained from: snapshot, counts, seed.</summary>
    public SortedDictionary<string, string> Lineage { get; init; } = [];

    /// <summary>The version in predictions: <c>h{number}-{first 12 hex digits of the digest}</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Version => $"h{Number}-{(Sha256.Length >= 12 ? Sha256[..12] : Sha256)}";

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">The text is not one; the message says where.</exception>
    public static HeadManifest Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, HeadJson.Default.HeadManifest) ?? throw new JsonException("The manifest is empty.");

    /// <summary>Indented UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, HeadJson.Default.HeadManifest);
}
