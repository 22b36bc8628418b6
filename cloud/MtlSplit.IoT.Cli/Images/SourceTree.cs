using System.Diagnostics;
using System.Globalization;
using MtlSplit.IoT.Images;

namespace MtlSplit.IoT.Cli.Images;

/// <summary>The checkout that images are built from, and what git says of it. Immutable.</summary>
/// <param name="Top">Its top folder.</param>
/// <param name="Revision">The commit, with <c>-dirty</c> where files differ from it; null: not known.</param>
/// <param name="Committed">When the commit was made; null: not known.</param>
internal sealed record SourceTree(string Top, string? Revision, DateTimeOffset? Committed)
{
    private const string Mark = "MtlSplit.IoT.sln";

    /// <summary>Finds it.</summary>
    /// <param name="folder">Where it is; null: around this folder, else around this program.</param>
    /// <exception cref="ImageException">There is none.</exception>
    public static SourceTree Find(string? folder)
    {
        var top = folder is not null
            ? File.Exists(Path.Combine(folder, Mark)) ? Path.GetFullPath(folder) : throw new ImageException($"--source: {folder} holds no {Mark}.")
            : Above(Directory.GetCurrentDirectory()) ?? Above(AppContext.BaseDirectory)
                ?? throw new ImageException($"{Mark} is in no folder above {Directory.GetCurrentDirectory()}; --source names the checkout.");
        // A checkout that is not git's is as good, it only has no name.
        if (Ask(top, "log", "-1", "--format=%H %ct")?.Split(' ') is not [var commit, var seconds] || Ask(top, "status", "--porcelain") is not { } changes)
        {
            return new SourceTree(top, null, null);
        }

        return new SourceTree(top, changes.Length == 0 ? commit : commit + "-dirty", DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)));
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

    private static string? Ask(string top, params string[] question)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", top, .. question]) { RedirectStandardOutput = true, RedirectStandardError = true });
            git!.ErrorDataReceived += static (_, _) => { };
            git.BeginErrorReadLine();
            var answer = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? answer : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
