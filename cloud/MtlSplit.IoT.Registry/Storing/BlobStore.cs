using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Heads;

namespace MtlSplit.IoT.Registry.Storing;

/// <summary>Contents, each in a file that is named by its SHA-256 and checked against it whenever it is read.</summary>
internal sealed class BlobStore(RegistryFolder folder, DurableFolder files)
{
    /// <summary>The SHA-256 of a content, 64 hex digits.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Keeps a content and returns its digest. One that is there already is checked, and mended where it is damaged: the right bytes are at hand.</summary>
    public string Add(ReadOnlySpan<byte> content)
    {
        var digest = DigestOf(content);
        var file = folder.BlobFile(digest);
        if (files.Read(file) is not { } there || !content.SequenceEqual(there))
        {
            files.Write(file, content);
        }

        return digest;
    }

    /// <summary>Reads a content and checks it.</summary>
    /// <param name="digest">Its name.</param>
    /// <param name="what">What it is to whoever asks, for the message.</param>
    /// <exception cref="RegistryException">It is not there, or not what its name says.</exception>
    public byte[] Read(string digest, string what)
    {
        if (!RegistryFolder.IsDigest(digest))
        {
            throw new RegistryException(RegistryFault.Damaged, what, $"'{digest}' is no SHA-256");
        }

        var file = folder.BlobFile(digest);
        var content = files.Read(file) ?? throw new RegistryException(RegistryFault.Missing, file, $"{what} is not there");
        var found = DigestOf(content);
        return found == digest ? content : throw new RegistryException(RegistryFault.Damaged, file, $"SHA-256 is {found}, its name says otherwise; it was {what}");
    }

    /// <summary>Whether a content is there, whatever it is by now.</summary>
    public bool Contains(string digest) => RegistryFolder.IsDigest(digest) && files.Exists(folder.BlobFile(digest));

    /// <summary>The digests of all contents, by name.</summary>
    public IEnumerable<string> Digests() => files.Folders(folder.Blobs).SelectMany(part => files.Files(part)).Select(file => Path.GetFileName(file)).Where(RegistryFolder.IsDigest);
}
