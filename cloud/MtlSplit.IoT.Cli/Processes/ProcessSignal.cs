using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Cli.Processes;

/// <summary>Asks a process to stop in order, which .NET cannot.</summary>
internal static class ProcessSignal
{
    private const int SigTerm = 15;

    /// <summary>Sends SIGTERM; where there is none, ends the process. Does nothing to one that has ended.</summary>
    public static void Terminate(Process process)
    {
        try
        {
            if (!process.HasExited && (OperatingSystem.IsWindows() || Kill(process.Id, SigTerm) != 0))
            {
                process.Kill();
            }
        }
        catch (InvalidOperationException)
        {
            // It ended in between.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
