namespace MtlSplit.IoT.Testing.Bundles;

/// <summary>The trained bundle of the checkout that the test runs in. Only read.</summary>
public static class CommittedBundle
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MtlSplit.IoT.sln")))
            {
                return Path.Combine(folder.FullName, "models", "shapes3d-mobilenetv3-small", "1");
            }
        }

        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is in no checkout.");
    }
}
