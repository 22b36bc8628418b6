namespace MtlSplit.IoT.Cli.Processes;

/// <summary>Finds the other executables: beside this one where they were published together, else where the build puts each.</summary>
internal static class Siblings
{
    public const string Backbone = "MtlSplit.IoT.Backbone";
    public const string HeadConsumer = "MtlSplit.IoT.HeadConsumer";
    public const string Retraining = "MtlSplit.IoT.Retraining";
    public const string DevHub = "MtlSplit.IoT.DevHub";

    /// <summary>This command's own executable.</summary>
    public static string Own { get; } = Path.Combine(AppContext.BaseDirectory, Executable("mtlsplit"));

    /// <summary>The path of an executable, or null.</summary>
    public static string? Find(string name)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        // The build writes to bin/{project}/{configuration}.
        string[] places =
        [
            Path.Combine(here.FullName, Executable(name)),
            Path.Combine(here.Parent?.Parent?.FullName ?? here.FullName, name, here.Name, Executable(name)),
        ];
        return Array.Find(places, File.Exists);
    }

    /// <summary>What to say where <see cref="Find"/> found nothing.</summary>
    public static string Missing(string name) =>
        $"{Executable(name)} is neither beside {AppContext.BaseDirectory} nor where the build puts it; build the solution first: dotnet build MtlSplit.IoT.sln";

    private static string Executable(string name) => OperatingSystem.IsWindows() ? $"{name}.exe" : name;
}
