using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>
/// The bundles below a folder such as <c>models/</c>: <c>{name}/{version}/model.json</c>. Read-only; a bundle that cannot
/// be opened is listed with its fault and never used. Immutable after <see cref="Load"/>.
/// </summary>
public sealed class BundleCatalog
{
    private BundleCatalog(IReadOnlyList<Bundle> bundles, IReadOnlyList<BundleException> faults)
    {
        Bundles = bundles;
        Faults = faults;
    }

    /// <summary>The bundles that may be used.</summary>
    public IReadOnlyList<Bundle> Bundles { get; }

    /// <summary>Why others may not.</summary>
    public IReadOnlyList<BundleException> Faults { get; }

    /// <summary>Opens every bundle below a folder. A folder that does not exist holds none.</summary>
    public static BundleCatalog Load(string folder)
    {
        var bundles = new List<Bundle>();
        var faults = new List<BundleException>();
        if (Directory.Exists(folder))
        {
            foreach (var manifest in Directory.EnumerateFiles(folder, BundleManifest.FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                try
                {
                    bundles.Add(Bundle.Open(Path.GetDirectoryName(manifest)!));
                }
                catch (BundleException e)
                {
                    faults.Add(e);
                }
            }
        }

        return new BundleCatalog(bundles, faults);
    }

    /// <summary>The newest bundle that speaks a contract, or null.</summary>
    public Bundle? Find(ContractId contract) =>
        Bundles.Where(b => b.Contract == contract).MaxBy(b => b.Manifest.ReleaseCounter);
}
