using System.Diagnostics;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>
/// Starts a program so that it outlives this process and the next one knows it. A shell writes its own number and start time into a file that
/// must not be there yet, and only then becomes the program: so there is no moment at which the program runs and its file is missing. Whoever
/// makes the file first, to say that the launch is not wanted any more, keeps the program from running at all.
/// </summary>
internal static class Launcher
{
    /// <summary>How the shell ends where the launch was not wanted any more.</summary>
    public const int NotWanted = 125;

    private const string Unwanted = "unwanted";

    // noclobber in a subshell opens with O_EXCL. Standard output goes to the file itself: a pipe would break with this process. A start time counts from the machine's
    // boot, so the boot stands beside it.
    private const string Script =
        "f=$0; l=$1; shift; read -r s </proc/$$/stat && read -r b </proc/sys/kernel/random/boot_id || exit 125; "
        + "(set -C; echo \"$s $b\" >\"$f\") 2>/dev/null || exit 125; exec \"$@\" </dev/null >>\"$l\" 2>&1";

    // The machine's present boot.
    private static readonly string Boot = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    private static readonly string[] Kept = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    /// <summary>Starts the program; its number is the process's own.</summary>
    /// <exception cref="RunnerException">It cannot be started.</exception>
    public static Process Start(string processFile, string logFile, string folder, ImageProgram program, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = folder };
        foreach (var argument in (string[])["-c", Script, processFile, logFile])
        {
            start.ArgumentList.Add(argument);
        }

        // In a session of its own: Ctrl-C on the runtime's terminal is the runtime's to handle.
        if (File.Exists("/usr/bin/setsid"))
        {
            start.ArgumentList.Add("/usr/bin/setsid");
        }

        foreach (var argument in (string[])[program.Executable, .. program.Arguments, .. more])
        {
            start.ArgumentList.Add(argument);
        }

        // Nothing of the runtime's own environment, its secrets least of all, but what any program needs to run.
        var inherited = start.Environment.Where(variable => Kept.Contains(variable.Key) || variable.Key.StartsWith("DOTNET_", StringComparison.Ordinal)).ToList();
        start.Environment.Clear();
        inherited.ForEach(variable => start.Environment[variable.Key] = variable.Value);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start) ?? throw new RunnerException($"{program.Executable} cannot be started.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new RunnerException($"{program.Executable} cannot be started: {e.Message}", e);
        }
    }

    /// <summary>The process of a launch, if it got so far; else the launch is not wanted any more and will never run.</summary>
    public static async Task<ProcessStat?> FindOrPreventAsync(string processFile, TimeProvider time, CancellationToken ct)
    {
        try
        {
            await using var file = new FileStream(processFile, FileMode.CreateNew, FileAccess.Write);
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Unwanted), ct);
            return null;
        }
        catch (IOException) when (File.Exists(processFile))
        {
            // The shell has made it; its one line follows at once.
        }

        return await FindAsync(processFile, time, ct);
    }

    /// <summary>The process that a launch's file names; null where it was not wanted, or belongs to another boot of the machine.</summary>
    public static async Task<ProcessStat?> FindAsync(string processFile, TimeProvider time, CancellationToken ct)
    {
        for (var i = 0; i < 100; i++)
        {
            var text = await File.ReadAllTextAsync(processFile, ct);
            if (text == Unwanted)
            {
                return null;
            }

            if (text.EndsWith('\n') && ProcessStat.TryParse(text, out var stat))
            {
                return text.TrimEnd().EndsWith($" {Boot}", StringComparison.Ordinal) ? stat : null;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, ct);
        }

        // The machine lost its content: whatever it was, it does not run any more.
        return null;
    }
}
