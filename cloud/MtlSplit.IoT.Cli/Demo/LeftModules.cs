using System.Diagnostics;
using System.Globalization;
using MtlSplit.IoT.Cli.Processes;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>
/// Modules of an edge runtime that was killed: they outlive it, so that the next one takes them on. After a demonstration there is no next one.
/// </summary>
internal static class LeftModules
{
    // Where the start time stands in /proc/PID/stat, counted from the state, which follows the name in parentheses.
    private const int StartTime = 19;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>Ends the modules that run from a runtime's folder, by the number and start time that the runtime wrote down.</summary>
    public static async Task EndAsync(string runtimeFolder, TimeProvider time)
    {
        var modules = Path.Combine(runtimeFolder, "modules");
        if (!Directory.Exists(modules))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(modules, "launch-*.pid", SearchOption.AllDirectories))
        {
            if (Parse(Read(file)) is { } written && Parse(Read($"/proc/{written.Id}/stat")) == written)
            {
                await EndAsync(written.Id, time);
            }
        }
    }

    private static async Task EndAsync(int id, TimeProvider time)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            ProcessSignal.Terminate(process);
            try
            {
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopLimit, time);
            }
            catch (TimeoutException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        catch (ArgumentException)
        {
            // It ended meanwhile.
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static (int Id, ulong Start)? Parse(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartTime
            && int.TryParse(stat.Split(' ', 2)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && ulong.TryParse(fields[StartTime], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                ? (id, start)
                : null;
    }
}
