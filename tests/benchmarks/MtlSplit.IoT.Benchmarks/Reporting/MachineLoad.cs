using System.Globalization;

namespace MtlSplit.IoT.Benchmarks.Reporting;

/// <summary>How busy the machine is: numbers mean little without it.</summary>
internal static class MachineLoad
{
    /// <summary>Runnable threads on average over the last minute; null where the system does not tell.</summary>
    public static double? LastMinute() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : null;
}
