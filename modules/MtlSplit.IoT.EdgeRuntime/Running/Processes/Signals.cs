using System.Runtime.InteropServices;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>Signals to one process, by its number and only while it is still the same process.</summary>
internal static partial class Signals
{
    private const int Terminate = 15;
    private const int Kill = 9;

    public static void Term(ProcessStat process) => Send(process, Terminate);

    public static void End(ProcessStat process) => Send(process, Kill);

    private static void Send(ProcessStat process, int signal)
    {
        if (IsAlive(process))
        {
            _ = SendSignal(process.Id, signal);
        }
    }

    /// <summary>Whether this very process still runs.</summary>
    public static bool IsAlive(ProcessStat process) => ProcessStat.Of(process.Id) is { Ended: false } now && now.Started == process.Started;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int id, int signal);
}
