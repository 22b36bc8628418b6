namespace MtlSplit.IoT.Architecture.Tests.Repository;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Checkout
{
    /// <summary>What tools make and git ignores.</summary>
    private static readonly string[] Made = [".git", "artifacts", "bin", "obj", "data", "runs", "TestResults", ".vs", ".idea", "node_modules"];

    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".props", ".targets", ".json", ".md", ".proto", ".conf", ".sln", ".txt", ".svg", ".sh", ".mjs", ".py", ".yml", ".yaml", ".editorconfig", ""];

    /// <summary>The top folder.</summary>
    public static string Top { get; } = FindTop();

    /// <summary>Every file that is not made by a tool: paths from the top, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. List(Top).Select(path => Path.GetRelativePath(Top, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The files that people read.</summary>
    public static IEnumerable<string> TextFiles => Files.Where(path => TextExtensions.Contains(Path.GetExtension(path)) || path.StartsWith(".ci/", StringComparison.Ordinal));

    /// <summary>Every project.</summary>
    public static IReadOnlyList<ProjectFile> Projects { get; } = [.. Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Select(ProjectFile.Read)];

    /// <summary>The projects that ship.</summary>
    public static IEnumerable<ProjectFile> Shipped => Projects.Where(project => project.Area is "modules" or "cloud");

    /// <summary>A file's text.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Top, path));

    private static string FindTop()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MtlSplit.IoT.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"MtlSplit.IoT.sln is in no folder above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<string> List(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != ".git").Concat(
            Directory.EnumerateDirectories(folder).Where(child => !Made.Contains(Path.GetFileName(child))).SelectMany(List));
}
