using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary>A bundle that somebody named, be it a folder or an archive, which is unpacked for as long as this lives.</summary>
internal sealed class OpenedBundle : IDisposable
{
    private readonly DirectoryInfo? _unpacked;

    private OpenedBundle(Bundle bundle, DirectoryInfo? unpacked, IReadOnlyList<string>? signers, SignatureFile? signatures) =>
        (Bundle, _unpacked, Signers, Signatures) = (bundle, unpacked, signers, signatures);

    /// <summary>The bundle; every digest holds.</summary>
    public Bundle Bundle { get; }

    /// <summary>Whether it came as an archive.</summary>
    public bool IsArchive => _unpacked is not null;

    /// <summary>The ids of the trusted keys that signed; null where nobody asked.</summary>
    public IReadOnlyList<string>? Signers { get; }

    /// <summary>Its signatures, whoever made them; null for none.</summary>
    public SignatureFile? Signatures { get; }

    /// <summary>Opens it.</summary>
    /// <param name="path">Folder or archive.</param>
    /// <param name="trusted">Who must have signed; null: signatures are not looked at.</param>
    /// <exception cref="BundleException">It may not be used.</exception>
    public static OpenedBundle Open(string path, TrustedKeys? trusted)
    {
        if (!File.Exists(path))
        {
            var bundle = Bundle.Open(path);
            var signers = trusted?.Verify(File.ReadAllBytes(bundle.PathOf(BundleManifest.FileName)), Read(bundle), bundle.Folder);
            return new OpenedBundle(bundle, null, signers, Parse(bundle));
        }

        var unpacked = Directory.CreateTempSubdirectory("mtlsplit-bundle-");
        try
        {
            using var stream = File.OpenRead(path);
            var archive = BundleArchive.Open(stream, path, null, trusted, BundleLimits.Default);
            archive.Extract(file => Create(unpacked.FullName, file), CancellationToken.None);
            var bundle = Bundle.Open(unpacked.FullName);
            return new OpenedBundle(bundle, unpacked, trusted is null ? null : archive.Signers, Parse(bundle));
        }
        catch
        {
            unpacked.Delete(recursive: true);
            throw;
        }
    }

    public void Dispose() => _unpacked?.Delete(recursive: true);

    private static byte[]? Read(Bundle bundle)
    {
        var file = bundle.PathOf(SignatureFile.FileName);
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }

    private static SignatureFile? Parse(Bundle bundle)
    {
        try
        {
            return Read(bundle) is { } bytes ? SignatureFile.Parse(bytes) : null;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new BundleException(BundleFault.BadSignature, bundle.PathOf(SignatureFile.FileName), e.Message, e);
        }
    }

    private static FileStream Create(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.Create(path);
    }
}
