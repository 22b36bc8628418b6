using System.Text.Json;
using MtlSplit.IoT.Contracts.Canonical;

namespace MtlSplit.IoT.Registry.Registering;

/// <summary>A run's document: one retraining, what it learned from, what came out and what the gate said, accepted or refused. Immutable.</summary>
public sealed record RunManifest
{
    /// <summary>The version of this document's own form.</summary>
    public const string CurrentSchema = "mtlsplit.run/1";

    /// <summary>The decision of a gate that lets a head answer.</summary>
    public const string Accepted = "Accepted";

    /// <summary>The document's form: <see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The fleet that it was for.</summary>
    public required string Fleet { get; init; }

    /// <summary>The contract, 64 hex digits.</summary>
    public required string Contract { get; init; }

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>When it ended, Unix microseconds.</summary>
    public required long At { get; init; }

    /// <summary>The version of the head that it started from and was compared with.</summary>
    public required string Parent { get; init; }

    /// <summary>The SHA-256 of the snapshot: the frames that it learned from and compared on.</summary>
    public required string Snapshot { get; init; }

    /// <summary>Frames to learn from.</summary>
    public required int TrainingSamples { get; init; }

    /// <summary>Frames to compare on.</summary>
    public required int HeldOutSamples { get; init; }

    /// <summary>What the gate decided: <see cref="Accepted"/>, or why not in one word.</summary>
    public required string Decision { get; init; }

    /// <summary>Its reason in one sentence, with the numbers.</summary>
    public required string Reason { get; init; }

    /// <summary>The SHA-256 of the whole report.</summary>
    public required string Report { get; init; }

    /// <summary>The version of the head that came out, accepted or not; null where it did not come to that.</summary>
    public string? Challenger { get; init; }

    /// <summary>The version of the code.</summary>
    public required string Code { get; init; }

    /// <summary>The seed. A text: a number of JSON does not hold all 64 bits.</summary>
    public required string Seed { get; init; }

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">The text is not one; the message says where.</exception>
    public static RunManifest Parse(ReadOnlySpan<byte> json)
    {
        var run = JsonSerializer.Deserialize(json, RunJson.Default.RunManifest) ?? throw new JsonException("The document is empty.");
        return run.Schema == CurrentSchema ? run : throw new JsonException($"The schema is '{run.Schema}', expected '{CurrentSchema}'.");
    }

    /// <summary>Canonical JSON: equal runs have equal bytes, and their SHA-256 names the run.</summary>
    public byte[] ToCanonicalJson() => CanonicalJson.Canonicalise(JsonSerializer.SerializeToUtf8Bytes(this, RunJson.Default.RunManifest));
}
