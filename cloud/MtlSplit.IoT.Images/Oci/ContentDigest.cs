using System.Security.Cryptography;

namespace MtlSplit.IoT.Images.Oci;

/// <summary>How content is named: by its SHA-256.</summary>
public static class ContentDigest
{
    /// <summary>What every digest begins with.</summary>
    public const string Prefix = "sha256:";

    /// <summary>The digest of some bytes.</summary>
    public static string Of(ReadOnlySpan<byte> content) => OfHash(SHA256.HashData(content));

    /// <summary>Where an archive keeps content of this digest.</summary>
    public static string PathOf(string digest) => $"blobs/sha256/{digest[Prefix.Length..]}";

    internal static string OfHash(ReadOnlySpan<byte> hash) => Prefix + Convert.ToHexStringLower(hash);
}
