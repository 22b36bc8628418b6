using System.CommandLine;
using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Benchmarks.Bundles;

/// <summary>The trained bundle that benchmarks measure with.</summary>
internal static class BenchmarkBundle
{
    /// <summary>The option that chooses it.</summary>
    public static Option<string?> Option() => new("--bundle") { Description = "Folder of the bundle to measure with (default: the newest one under models/)." };

    /// <summary>Opens the chosen bundle, or the newest in the repository's <c>models/</c>.</summary>
    /// <exception cref="BundleException">The chosen bundle cannot be used.</exception>
    /// <exception cref="InvalidOperationException">None was chosen and there is none.</exception>
    public static Bundle Open(string? folder)
    {
        if (folder is not null)
        {
            return Bundle.Open(folder);
        }

        for (var top = new DirectoryInfo(AppContext.BaseDirectory); top is not null; top = top.Parent)
        {
            if (BundleCatalog.Load(Path.Combine(top.FullName, "models")).Bundles.MaxBy(bundle => bundle.Manifest.CreatedAt) is { } newest)
            {
                return newest;
            }
        }

        throw new InvalidOperationException("There is no bundle under models/; name one with --bundle.");
    }
}
