using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>
/// A bundle's <c>model.sig</c>: who vouches for its <c>model.json</c>, byte for byte, and through the digests in that for everything else.
/// Several may sign, so that a fleet can move from one key to the next. Immutable.
/// </summary>
public sealed record SignatureFile
{
    /// <summary>The version of this document's own form.</summary>
    public const string CurrentSchema = "mtlsplit.signatures/1";

    /// <summary>Its name in a bundle's folder.</summary>
    public const string FileName = "model.sig";

    /// <summary>A longer file is none.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxSignatures = 16;

    /// <summary>The document's form: <see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The signatures, one a key.</summary>
    public required ManifestSignature[] Signatures { get; init; }

    /// <summary>Reads one.</summary>
    /// <exception cref="JsonException">The text is not one; the message says where.</exception>
    public static SignatureFile Parse(ReadOnlySpan<byte> json)
    {
        var file = JsonSerializer.Deserialize(json, SignatureJson.Default.SignatureFile) ?? throw new JsonException("The file is empty.");
        return file.Schema != CurrentSchema ? throw new JsonException($"The schema is '{file.Schema}', expected '{CurrentSchema}'.")
            : file.Signatures.Length is 0 or > MaxSignatures ? throw new JsonException($"There are {file.Signatures.Length} signatures; 1 to {MaxSignatures} may be.")
            : file;
    }

    /// <summary>Adds a key's signature, in the place of an older one of the same key.</summary>
    /// <param name="file">What there is; null for none.</param>
    /// <param name="key">Who signs.</param>
    /// <param name="manifest">The bytes of <c>model.json</c>.</param>
    public static SignatureFile Sign(SignatureFile? file, SigningKey key, ReadOnlySpan<byte> manifest)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signature = new ManifestSignature(key.Id, ManifestSignature.EcdsaP256, key.Sign(manifest));
        return new SignatureFile { Signatures = [.. (file?.Signatures ?? []).Where(s => s.KeyId != key.Id), signature] };
    }

    /// <summary>Indented UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SignatureJson.Default.SignatureFile);
}
