namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>What a key file holds.</summary>
/// <param name="Id">The key's name: SHA-256 of its SubjectPublicKeyInfo, 64 lower-case hex digits.</param>
/// <param name="IsPrivate">Whether the private part is in the file.</param>
/// <param name="PublicPem">The public key, PEM.</param>
public sealed record KeyInfo(string Id, bool IsPrivate, string PublicPem)
{
    /// <summary>Reads a PEM file with a public or a private key on P-256.</summary>
    /// <exception cref="KeyException">The file holds none.</exception>
    public static KeyInfo Read(string file)
    {
        var (key, isPrivate) = KeyPem.Read(file);
        using (key)
        {
            return new KeyInfo(KeyPem.IdOf(key.ExportSubjectPublicKeyInfo()), isPrivate, key.ExportSubjectPublicKeyInfoPem() + "\n");
        }
    }
}
