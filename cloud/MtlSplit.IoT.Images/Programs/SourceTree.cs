using System.Globalization;
using MtlSplit.IoT.Images.Tools;

namespace MtlSplit.IoT.Images.Programs;

/// <summary>The checkout that images are built from, and what git says of it. Immutable.</summary>
/// <param name="Top">Its top folder.</param>
/// <param name="Revision">The commit, with <c>-dirty</c> where files differ from it; null: not known.</param>
/// <param name="Committed">When the commit was made; null: not known.</param>
public sealed record SourceTree(string Top, string? Revision, DateTimeOffset? Committed)
{
    private const string Mark = "MtlSplit.IoT.sln";

    // A checkout on a slow disk may take its time. One that takes longer is a fault: an image without its commit would have another digest.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Finds it.</summary>
    /// <param name="folder">Where it is; null: around this folder, else around this program.</param>
    /// <param name="time">The clock, for how long git may take.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ImageException">There is none, or git does not answer.</exception>
    public static async Task<SourceTree> FindAsync(string? folder, TimeProvider time, CancellationToken ct)
    {
        var top = folder is not null
            ? File.Exists(Path.Combine(folder, Mark)) ? Path.GetFullPath(folder) : throw new ImageException($"{folder} holds no {Mark}, so it is no checkout.")
            : Above(Directory.GetCurrentDirectory()) ?? Above(AppContext.BaseDirectory)
                ?? throw new ImageException($"{Mark} is in no folder above {Directory.GetCurrentDirectory()}; name the checkout.");
        // A checkout that is not git's is as good, it only has no name.
        if ((await AskAsync(["log", "-1", "--format=%H %ct"]))?.Split(' ') is not [var commit, var seconds] || await AskAsync(["status", "--porcelain"]) is not { } changes)
        {
            return new SourceTree(top, null, null);
        }

        return new SourceTree(top, changes.Length == 0 ? commit : commit + "-dirty", DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)));

        async Task<string?> AskAsync(string[] question)
        {
            try
            {
                return (await Tool.RunAsync("git", ["-C", top, .. question], Limit, time, ct)).Trim();
            }
            catch (ImageException e) when (e.InnerException is not OperationCanceledException)
            {
                return null;
            }
        }
    }

    private static string? Above(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            if (File.Exists(Path.Combine(here.FullName, Mark)))
            {
                return here.FullName;
            }
        }

        return null;
    }
}
