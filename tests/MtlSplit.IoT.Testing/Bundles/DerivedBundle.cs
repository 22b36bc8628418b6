using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;

namespace MtlSplit.IoT.Testing.Bundles;

/// <summary>Signed archives of bundles that differ from another one in what a test is about. Everything that should be right in them is.</summary>
public static class DerivedBundle
{
    /// <summary>Writes the archive of a bundle that is derived from another.</summary>
    /// <param name="basis">The bundle to begin with.</param>
    /// <param name="key">Who signs.</param>
    /// <param name="folder">Where the archive goes.</param>
    /// <param name="change">What is to be otherwise in the manifest, after the digests were put right.</param>
    /// <param name="replaced">Files with other content.</param>
    /// <returns>The archive, and the bundle's digest.</returns>
    public static (string Path, string Digest) Write(
        Bundle basis, SigningKey key, string folder, Func<BundleManifest, BundleManifest> change, params IReadOnlyList<(string Path, byte[] Content)> replaced)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(change);
        var copy = Directory.CreateTempSubdirectory("mtlsplit-derived-");
        try
        {
            foreach (var file in basis.Manifest.Files)
            {
                var target = Path.Combine(copy.FullName, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(basis.PathOf(file.Path), target);
            }

            var manifest = basis.Manifest;
            foreach (var (path, content) in replaced)
            {
                File.WriteAllBytes(Path.Combine(copy.FullName, path), content);
                var digest = Convert.ToHexStringLower(SHA256.HashData(content));
                manifest = manifest with { Files = [.. manifest.Files.Select(f => f.Path == path ? new BundleFile(path, digest, content.Length) : f)] };
                if (path == manifest.Backbone)
                {
                    var descriptor = manifest.Descriptor with { Backbone = digest };
                    manifest = manifest with { Descriptor = descriptor, Contract = descriptor.Contract.ToString() };
                }
            }

            var json = change(manifest).ToJson();
            File.WriteAllBytes(Path.Combine(copy.FullName, BundleManifest.FileName), json);
            var bundle = Bundle.Open(copy.FullName);
            return (BundlePacker.Pack(bundle, SignatureFile.Sign(null, key, json), folder), bundle.Digest);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }
}
