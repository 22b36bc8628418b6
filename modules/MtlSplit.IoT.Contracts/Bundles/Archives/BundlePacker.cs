using MtlSplit.IoT.Contracts.Bundles.Signatures;

namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>Makes an archive of a bundle: one ZIP file, the same bytes wherever it is made.</summary>
public static class BundlePacker
{
    /// <summary>What follows the digest in an archive's name.</summary>
    public const string Extension = ".mtlbundle";

    /// <summary>The name of a bundle's archive: its digest and <see cref="Extension"/>.</summary>
    public static string FileName(string digest) => digest + Extension;

    /// <summary>Writes a bundle as an archive: manifest, signatures, then the files by name.</summary>
    /// <param name="bundle">A bundle that was opened, so that its digests are known to hold.</param>
    /// <param name="signatures">Who vouches for it; null for nobody.</param>
    /// <param name="target">Where the archive goes; written from its current position on.</param>
    /// <exception cref="IOException">A file cannot be read, or the target not written.</exception>
    public static void Write(Bundle bundle, SignatureFile? signatures, Stream target)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(target);
        using var zip = new ZipWriter(target);
        Add(bundle, zip, BundleManifest.FileName);
        if (signatures is not null)
        {
            using var content = new MemoryStream(signatures.ToJson());
            zip.Add(SignatureFile.FileName, content);
        }

        foreach (var file in bundle.Manifest.Files.Select(f => f.Path).Order(StringComparer.Ordinal))
        {
            Add(bundle, zip, file);
        }

        zip.Finish();
    }

    /// <summary>Writes a bundle's archive into a folder, under its own name. The file appears whole or not at all, and replaces one of its name.</summary>
    /// <returns>The archive's full path.</returns>
    public static string Pack(Bundle bundle, SignatureFile? signatures, string folder)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var path = Path.Combine(Path.GetFullPath(folder), FileName(bundle.Digest));
        Directory.CreateDirectory(folder);
        var partial = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (var stream = File.Create(partial))
            {
                Write(bundle, signatures, stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static void Add(Bundle bundle, ZipWriter zip, string file)
    {
        using var content = File.OpenRead(bundle.PathOf(file));
        zip.Add(file, content);
    }
}
