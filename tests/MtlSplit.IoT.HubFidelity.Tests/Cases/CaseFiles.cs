using System.Text.RegularExpressions;

namespace MtlSplit.IoT.HubFidelity.Tests.Cases;

/// <summary>The cases as they stand in their files, so that they are known before Node.js runs.</summary>
internal static partial class CaseFiles
{
    /// <summary>The folder of the cases and of Microsoft's packages.</summary>
    public static string Folder { get; } = Path.Combine(FindTop(), "tests", "MtlSplit.IoT.HubFidelity.Tests", "node");

    /// <summary>Whether Microsoft's packages are installed.</summary>
    public static bool HavePackages => Directory.Exists(Path.Combine(Folder, "node_modules", "azure-iothub"));

    /// <summary>Every case, and whether the hub is to refuse something in it.</summary>
    public static IReadOnlyList<(string Name, bool Refuses)> All { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Folder, "cases"), "*.mjs").Order(StringComparer.Ordinal)
            .SelectMany(file => Case().Matches(File.ReadAllText(file)))
            .Select(match => (match.Groups[2].Value.Replace("\\'", "'", StringComparison.Ordinal), match.Groups[1].Value == "refuses")),
    ];

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

    [GeneratedRegex(@"^(works|refuses)\('((?:[^'\\]|\\.)*)'", RegexOptions.Multiline)]
    private static partial Regex Case();
}
