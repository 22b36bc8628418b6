using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Storing;

namespace MtlSplit.IoT.Registry.Registering;

/// <summary>Bundles: the manifest as their makers wrote and signed it, byte for byte, since its digest is the bundle's name; its files among the contents.</summary>
internal sealed class BundleShelf(RegistryFolder folder, DocumentStore documents, BlobStore blobs)
{
    /// <summary>Keeps a bundle: files first, so that a manifest never names one that is not there.</summary>
    public RegisteredBundle Add(Bundle bundle, SignatureFile? signatures)
    {
        foreach (var file in bundle.Manifest.Files)
        {
            var digest = blobs.Add(File.ReadAllBytes(bundle.PathOf(file.Path)));
            if (digest != file.Sha256)
            {
                throw new RegistryException(RegistryFault.Damaged, bundle.PathOf(file.Path), $"it changed while it was read: SHA-256 is {digest} now, the manifest says {file.Sha256}");
            }
        }

        var manifest = File.ReadAllBytes(bundle.PathOf(BundleManifest.FileName));
        if (BlobStore.DigestOf(manifest) != bundle.Digest)
        {
            throw new RegistryException(RegistryFault.Damaged, bundle.PathOf(BundleManifest.FileName), "it changed while it was read");
        }

        var home = folder.BundleFile(bundle.Digest);
        if (signatures is not null)
        {
            documents.Sign(home, signatures);
        }

        documents.Add(home, manifest, key: null);
        return new RegisteredBundle(bundle.Digest, bundle.Manifest);
    }

    /// <summary>Every bundle, oldest first.</summary>
    /// <exception cref="RegistryException">A manifest is damaged.</exception>
    public IReadOnlyList<RegisteredBundle> All() =>
        [.. documents.In(folder.Bundles).Select(Read).OrderBy(bundle => bundle.Manifest.CreatedAt).ThenBy(bundle => bundle.Digest, StringComparer.Ordinal)];

    /// <summary>Reads a manifest and checks it.</summary>
    public RegisteredBundle Read(string file) => new(Path.GetFileNameWithoutExtension(file), documents.Read(file, BundleManifest.Parse));
}
