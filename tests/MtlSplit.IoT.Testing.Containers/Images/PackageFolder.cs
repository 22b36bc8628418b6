namespace MtlSplit.IoT.Testing.Containers.Images;

/// <summary>Where the checkout keeps Debian's packages that images were made of, so that they are fetched once.</summary>
public static class PackageFolder
{
    /// <summary>The folder.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Top(), "artifacts", "images", "packages");

    private static string Top()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MtlSplit.IoT.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is in no checkout.");
    }
}
