using System.Security.Cryptography;

namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>A private key that signs bundles: ECDSA on P-256. One caller at a time; dispose it after use.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        Id = KeyPem.IdOf(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>SHA-256 of the public key's SubjectPublicKeyInfo, 64 lower-case hex digits.</summary>
    public string Id { get; }

    /// <summary>Draws a new one.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads one from a PEM file: PKCS #8 or SEC 1, not encrypted.</summary>
    /// <exception cref="KeyException">The file holds none.</exception>
    public static SigningKey Load(string file)
    {
        var (key, isPrivate) = KeyPem.Read(file);
        if (!isPrivate)
        {
            key.Dispose();
            throw new KeyException(file, "it holds a public key; signing takes the private one");
        }

        return new SigningKey(key);
    }

    /// <summary>A signature in DER.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The private key as PKCS #8 in PEM.</summary>
    public string PrivatePem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>The public key as SubjectPublicKeyInfo in PEM: what vehicles get.</summary>
    public string PublicPem() => _key.ExportSubjectPublicKeyInfoPem() + "\n";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
