using System.Security.Cryptography;
using System.Text;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Identities;

namespace MtlSplit.IoT.EdgeRuntime.Workload;

/// <summary>
/// Encrypts what modules want to keep, each with a key of its own that leaves nowhere: derived from one of the device's and from the module's
/// name and generation. AES-256-GCM with a random nonce; what the caller gives as initialisation vector is authenticated, and has to be the
/// same again. Thread-safe.
/// </summary>
internal sealed class ModuleSecrets(byte[] master)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Reads the device's key, or makes it.</summary>
    public static ModuleSecrets LoadOrCreate(EdgeFolder folder)
    {
        if (PrivateFile.Read(folder.MasterKey) is { Length: KeyBytes } kept)
        {
            return new ModuleSecrets(kept);
        }

        var made = RandomNumberGenerator.GetBytes(KeyBytes);
        PrivateFile.Write(folder.MasterKey, made);
        return new ModuleSecrets(made);
    }

    public byte[] Encrypt(ModuleIdentity module, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> vector)
    {
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = CipherOf(module);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), vector);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">It was not encrypted for this module with this vector.</exception>
    public byte[] Decrypt(ModuleIdentity module, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> vector)
    {
        if (sealedBytes.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("The ciphertext is too short.");
        }

        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var cipher = CipherOf(module);
        cipher.Decrypt(sealedBytes[..NonceBytes], sealedBytes[NonceBytes..^TagBytes], sealedBytes[^TagBytes..], plain, vector);
        return plain;
    }

    private AesGcm CipherOf(ModuleIdentity module) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeyBytes, info: Encoding.UTF8.GetBytes($"{module.Id.ClientId}\n{module.GenerationId}")), TagBytes);
}
