using System.Globalization;

namespace MtlSplit.IoT.Benchmarks.Starting;

/// <summary>What of a process is in memory, in MiB.</summary>
/// <param name="All">All of it; pages of files that others have mapped too count whole.</param>
/// <param name="Own">What is of no file, so nobody else's and not to be had back without swapping.</param>
internal readonly record struct ResidentMemory(double All, double Own)
{
    /// <summary>Reads it. Linux only.</summary>
    public static ResidentMemory Of(int process)
    {
        var lines = File.ReadAllLines($"/proc/{process}/status");
        return new ResidentMemory(Read("VmRSS:"), Read("RssAnon:"));

        double Read(string name) => double.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
