using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Heads;

namespace MtlSplit.IoT.Registry.Storing;

/// <summary>Documents, each named by the SHA-256 of its bytes, with their signatures in a file beside it.</summary>
internal sealed class DocumentStore(DurableFolder files)
{
    /// <summary>Keeps a document. Its signatures go first, so that it is never seen without them; those it has already stay.</summary>
    /// <param name="file">Its file, named by its digest.</param>
    /// <param name="bytes">The document.</param>
    /// <param name="key">Who signs; null: nobody.</param>
    public void Add(string file, ReadOnlySpan<byte> bytes, SigningKey? key)
    {
        if (key is not null)
        {
            Sign(file, SignatureFile.Sign(Signatures(file), key, bytes));
        }

        if (files.Read(file) is not { } there || !bytes.SequenceEqual(there))
        {
            files.Write(file, bytes);
        }
    }

    /// <summary>Puts signatures in the place of those that are there.</summary>
    public void Sign(string file, SignatureFile signatures) => files.Write(RegistryFolder.SignaturesOf(file), signatures.ToJson());

    /// <summary>Reads a document and checks it against its name.</summary>
    /// <exception cref="RegistryException">It is not there, damaged, or no such document.</exception>
    public T Read<T>(string file, DocumentReader<T> parse)
    {
        var bytes = Bytes(file);
        try
        {
            return parse(bytes);
        }
        catch (JsonException e)
        {
            throw new RegistryException(RegistryFault.Damaged, file, e.Message, e);
        }
    }

    /// <summary>Reads a document's bytes and checks them against its name.</summary>
    /// <exception cref="RegistryException">It is not there, or damaged.</exception>
    public byte[] Bytes(string file)
    {
        var bytes = files.Read(file) ?? throw new RegistryException(RegistryFault.Missing, file, "there is no such document");
        var found = BlobStore.DigestOf(bytes);
        return found == Path.GetFileNameWithoutExtension(file) ? bytes : throw new RegistryException(RegistryFault.Damaged, file, $"SHA-256 is {found}, its name says otherwise");
    }

    /// <summary>The bytes of a document's signatures; null where nobody signed.</summary>
    public byte[]? SignatureBytes(string file) => files.Read(RegistryFolder.SignaturesOf(file));

    /// <summary>A document's signatures; null where nobody signed.</summary>
    /// <exception cref="RegistryException">The file holds none.</exception>
    public SignatureFile? Signatures(string file)
    {
        try
        {
            return SignatureBytes(file) is { } bytes ? SignatureFile.Parse(bytes) : null;
        }
        catch (JsonException e)
        {
            throw new RegistryException(RegistryFault.Damaged, RegistryFolder.SignaturesOf(file), e.Message, e);
        }
    }

    /// <summary>The documents in a folder, by name.</summary>
    public IEnumerable<string> In(string folder) => files.Files(folder, RegistryFolder.DocumentSuffix).Where(file => RegistryFolder.IsDigest(Path.GetFileNameWithoutExtension(file)));
}
