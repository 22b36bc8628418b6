namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>One key's signature of a manifest.</summary>
/// <param name="KeyId">The key: SHA-256 of its SubjectPublicKeyInfo, 64 lower-case hex digits.</param>
/// <param name="Algorithm"><see cref="EcdsaP256"/>.</param>
/// <param name="Signature">An ECDSA signature in DER, as <c>openssl dgst -sha256 -verify</c> takes it; base64 in JSON.</param>
public sealed record ManifestSignature(string KeyId, string Algorithm, byte[] Signature)
{
    /// <summary>ECDSA on the curve P-256 over the SHA-256 of the manifest's bytes.</summary>
    public const string EcdsaP256 = "ecdsa-p256-sha256";
}
