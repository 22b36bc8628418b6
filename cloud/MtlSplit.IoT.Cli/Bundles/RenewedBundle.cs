using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary>A bundle's files under a new <c>model.json</c>, in a temporary folder for as long as this lives: how old bytes become a new release.</summary>
internal sealed class RenewedBundle : IDisposable
{
    private readonly DirectoryInfo _folder;

    private RenewedBundle(DirectoryInfo folder, Bundle bundle) => (_folder, Bundle) = (folder, bundle);

    /// <summary>The new bundle; its parent is the old one.</summary>
    public Bundle Bundle { get; }

    /// <summary>Makes it.</summary>
    /// <param name="old">The bundle whose files are used.</param>
    /// <param name="release">The new release counter; null: as it was.</param>
    /// <param name="expires">When it expires; null: as it was.</param>
    public static RenewedBundle Make(Bundle old, long? release, DateTimeOffset? expires)
    {
        var folder = Directory.CreateTempSubdirectory("mtlsplit-bundle-");
        try
        {
            foreach (var file in old.Manifest.Files)
            {
                var target = Path.Combine(folder.FullName, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(old.PathOf(file.Path), target);
            }

            var manifest = old.Manifest with
            {
                ReleaseCounter = release ?? old.Manifest.ReleaseCounter,
                ExpiresAt = expires is { } time ? time.ToUnixTimeMilliseconds() * 1000 : old.Manifest.ExpiresAt,
                Lineage = old.Manifest.Lineage with { Parent = old.Digest },
            };
            File.WriteAllBytes(Path.Combine(folder.FullName, BundleManifest.FileName), manifest.ToJson());
            return new RenewedBundle(folder, Bundle.Open(folder.FullName));
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
