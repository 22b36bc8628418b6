using System.Security.Cryptography;
using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>
/// The keys whose signatures count. They come with a vehicle's image or its provisioning, never over the network that bundles come by.
/// Immutable and safe for any number of threads.
/// </summary>
public sealed class TrustedKeys
{
    private readonly Dictionary<string, byte[]> _keys;

    private TrustedKeys(Dictionary<string, byte[]> keys) => _keys = keys;

    /// <summary>The ids of the keys, in order.</summary>
    public IReadOnlyList<string> Ids => [.. _keys.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Reads public keys: one PEM file, or all <c>*.pem</c> files of a folder.</summary>
    /// <exception cref="KeyException">There is no such file or folder or no key in it, one is not on P-256, or one is private.</exception>
    public static TrustedKeys Load(string path)
    {
        string[] files = !Directory.Exists(path) ? [path] : [.. Directory.EnumerateFiles(path, "*.pem").Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            throw new KeyException(path, "there is no *.pem file in it, so no signature could ever count");
        }

        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var (key, isPrivate) = KeyPem.Read(file);
            using (key)
            {
                if (isPrivate)
                {
                    throw new KeyException(file, "it holds a private key; only public ones belong among the trusted");
                }

                var publicKey = key.ExportSubjectPublicKeyInfo();
                keys[KeyPem.IdOf(publicKey)] = publicKey;
            }
        }

        return new TrustedKeys(keys);
    }

    /// <summary>The public key of a signing key, trusted by whoever has made it.</summary>
    public static TrustedKeys Of(params IEnumerable<SigningKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new TrustedKeys(keys.ToDictionary(key => key.Id, key => PublicBytes(key.PublicPem()), StringComparer.Ordinal));
    }

    /// <summary>Checks that a trusted key signed a manifest.</summary>
    /// <param name="manifest">The bytes of <c>model.json</c>.</param>
    /// <param name="signatures">The bytes of <c>model.sig</c>; null where there is none.</param>
    /// <param name="name">The bundle's name in messages.</param>
    /// <returns>The ids of the trusted keys that signed.</returns>
    /// <exception cref="BundleException">
    /// <see cref="BundleFault.Unsigned"/>, <see cref="BundleFault.UnknownKey"/>, or <see cref="BundleFault.BadSignature"/> where one of a
    /// trusted key does not fit or the file is none.
    /// </exception>
    public IReadOnlyList<string> Verify(ReadOnlySpan<byte> manifest, byte[]? signatures, string name)
    {
        if (signatures is null)
        {
            throw new BundleException(BundleFault.Unsigned, name, $"it has no {SignatureFile.FileName}, so nobody vouches for it");
        }

        SignatureFile file;
        try
        {
            file = SignatureFile.Parse(signatures);
        }
        catch (JsonException e)
        {
            throw new BundleException(BundleFault.BadSignature, name, $"{SignatureFile.FileName} is no signature: {e.Message}", e);
        }

        var by = new List<string>();
        foreach (var signature in file.Signatures)
        {
            if (!_keys.TryGetValue(signature.KeyId, out var key))
            {
                continue;
            }

            if (signature.Algorithm != ManifestSignature.EcdsaP256 || !Fits(key, manifest, signature.Signature))
            {
                throw new BundleException(BundleFault.BadSignature, name, $"the signature of key {signature.KeyId[..12]} is not one of this {BundleManifest.FileName}");
            }

            by.Add(signature.KeyId);
        }

        return by.Count > 0 ? by : throw new BundleException(
            BundleFault.UnknownKey, name, $"it is signed by {string.Join(", ", file.Signatures.Select(s => Short(s.KeyId)))}; trusted are {string.Join(", ", Ids.Select(Short))}");
    }

    private static string Short(string id) => PlainPath.ForPeople(id.Length > 12 ? id[..12] : id);

    private static bool Fits(byte[] publicKey, ReadOnlySpan<byte> manifest, byte[] signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        try
        {
            return key.VerifyData(manifest, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // Bytes that are no signature in DER at all.
            return false;
        }
    }

    private static byte[] PublicBytes(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key.ExportSubjectPublicKeyInfo();
    }
}
