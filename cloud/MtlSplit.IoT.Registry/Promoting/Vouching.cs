using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Storing;

namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>Whether somebody who is trusted vouches for a document.</summary>
internal sealed class Vouching(TrustedKeys? trusted, RegistryFolder folder, HeadShelves shelves, DocumentStore documents)
{
    /// <summary>Whether anybody has to.</summary>
    public bool IsAsked => trusted is not null;

    /// <summary>Checks a head: a trusted key signed its document, or that of the bundle which it came in.</summary>
    /// <exception cref="RegistryException">Nobody who is trusted vouches for it.</exception>
    public void Check(RegisteredHead head)
    {
        var file = shelves.FileOf(head);
        if (documents.SignatureBytes(file) is null && IsVouchedForByItsBundle(head))
        {
            return;
        }

        Check(file);
    }

    /// <summary>Checks a document's own signatures. Returns the ids of the trusted keys that signed; none where nobody has to.</summary>
    /// <exception cref="RegistryException">Nobody who is trusted vouches for it.</exception>
    public IReadOnlyList<string> Check(string document)
    {
        if (trusted is null)
        {
            return [];
        }

        try
        {
            return trusted.Verify(documents.Bytes(document), documents.SignatureBytes(document), document);
        }
        catch (BundleException e)
        {
            var signatures = RegistryFolder.SignaturesOf(document);
            throw e.Fault switch
            {
                BundleFault.Unsigned => new RegistryException(RegistryFault.Unsigned, document, $"nobody has signed it, and only what one of {string.Join(", ", trusted.Ids.Select(Short))} signed may answer", e),
                BundleFault.UnknownKey => new RegistryException(RegistryFault.UnknownKey, signatures, $"{Signers(document)} signed it; trusted are {string.Join(", ", trusted.Ids.Select(Short))}", e),
                _ => new RegistryException(RegistryFault.BadSignature, signatures, $"a signature in it is not one of {Path.GetFileName(document)}", e),
            };
        }
    }

    private static string Short(string id) => id.Length > 12 ? id[..12] : id;

    private string Signers(string document) => string.Join(", ", (documents.Signatures(document)?.Signatures ?? []).Select(signature => Short(signature.KeyId)));

    private bool IsVouchedForByItsBundle(RegisteredHead head)
    {
        if (head.Origin(RegisteredHead.Bundle) is not { } digest || !RegistryFolder.IsDigest(digest))
        {
            return false;
        }

        var file = folder.BundleFile(digest);
        try
        {
            var manifest = documents.Read(file, BundleManifest.Parse);
            var task = Array.Find(manifest.Tasks, task => task.Name == head.Manifest.Task);
            return manifest.Contract == head.Manifest.Contract && task is not null && task.Classes.SequenceEqual(head.Manifest.Classes)
                && Array.Find(manifest.Files, f => f.Path == task.Head)?.Sha256 == head.Manifest.Sha256
                && Check(file).Count > 0;
        }
        catch (Exception e) when (e is RegistryException or JsonException)
        {
            // Then the head must have a signature of its own, and what is said about that says enough.
            return false;
        }
    }
}
