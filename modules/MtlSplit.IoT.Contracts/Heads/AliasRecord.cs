using System.Security.Cryptography;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Canonical;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>
/// Where the aliases of one fleet, contract and task lead, and who moved one last. Every change is a new record that names the one before by its
/// digest, so that none of a history can be changed or taken out unseen. Immutable.
/// </summary>
public sealed record AliasRecord
{
    /// <summary>The version of this document's own form.</summary>
    public const string CurrentSchema = "mtlsplit.alias/1";

    /// <summary>The document's form: <see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The contract, 64 hex digits.</summary>
    public required string Contract { get; init; }

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>Counts the records from 1.</summary>
    public required int Sequence { get; init; }

    /// <summary>The SHA-256 of the record before; null for the first.</summary>
    public string? Before { get; init; }

    /// <summary>What was done: <c>adopt</c>, <c>promote</c>, <c>rollback</c>, <c>shadow</c> or <c>unshadow</c>.</summary>
    public required string Action { get; init; }

    /// <summary>When, Unix microseconds.</summary>
    public required long At { get; init; }

    /// <summary>Who, as they say of themselves.</summary>
    public required string By { get; init; }

    /// <summary>Why, in their words.</summary>
    public required string Why { get; init; }

    /// <summary>The head that answers.</summary>
    public AliasTarget? Production { get; init; }

    /// <summary>The head that answered before, to which a rollback goes.</summary>
    public AliasTarget? Previous { get; init; }

    /// <summary>The head that is watched beside it.</summary>
    public AliasTarget? Shadow { get; init; }

    /// <summary>Reads a record.</summary>
    /// <exception cref="JsonException">The text is not one; the message says where.</exception>
    public static AliasRecord Parse(ReadOnlySpan<byte> json)
    {
        var record = JsonSerializer.Deserialize(json, HeadJson.Default.AliasRecord) ?? throw new JsonException("The record is empty.");
        return record.Schema == CurrentSchema ? record : throw new JsonException($"The schema is '{record.Schema}', expected '{CurrentSchema}'.");
    }

    /// <summary>Canonical JSON: equal records have equal bytes.</summary>
    public byte[] ToCanonicalJson() => CanonicalJson.Canonicalise(JsonSerializer.SerializeToUtf8Bytes(this, HeadJson.Default.AliasRecord));

    /// <summary>What points to this record.</summary>
    public AliasPointer ToPointer() => new(Sequence, Convert.ToHexStringLower(SHA256.HashData(ToCanonicalJson())));
}
