using System.Security.Cryptography;

namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>Keys as PEM files, and what makes one fit for signing bundles.</summary>
internal static class KeyPem
{
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>A key's name: the SHA-256 of its SubjectPublicKeyInfo.</summary>
    public static string IdOf(ReadOnlySpan<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    /// <summary>Reads a file with one key.</summary>
    /// <returns>The key, which the caller disposes, and whether the file holds its private part.</returns>
    public static (ECDsa Key, bool IsPrivate) Read(string file)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyException(file, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message, e);
        }

        if (!PemEncoding.TryFind(text, out var fields))
        {
            throw new KeyException(file, "it holds no PEM block");
        }

        if (PemEncoding.TryFind(text.AsSpan(fields.Location.End.Value), out _))
        {
            throw new KeyException(file, "it holds more than one PEM block");
        }

        var label = text[fields.Label];
        if (label is not ("PUBLIC KEY" or "PRIVATE KEY" or "EC PRIVATE KEY"))
        {
            throw new KeyException(file, $"it holds a '{label}', not a key that is open to read");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != P256)
            {
                throw new KeyException(file, "its key is not on the curve P-256");
            }

            return (key, label != "PUBLIC KEY");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new KeyException(file, "its key is no elliptic-curve key that can be read", e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
