using System.Globalization;

namespace MtlSplit.IoT.Testing.Containers.Engines;

/// <summary>
/// Whether a container engine can be had here. <c>.ci/run</c> asks the same of the machine, but for whether one is installed: tests that need one may be skipped there
/// only where none can be started.
/// </summary>
public static class EngineSupport
{
    private const int SysAdmin = 21;
    private const string UnixPrefix = "unix://";

    /// <summary>The socket of an engine that somebody else runs and <c>DOCKER_HOST</c> names; null: none.</summary>
    public static string? GivenSocket { get; } =
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { } host && host.StartsWith(UnixPrefix, StringComparison.Ordinal) ? host[UnixPrefix.Length..] : null;

    /// <summary>The engine's program; null: it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/local/sbin"])
        .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, "dockerd")).FirstOrDefault(File.Exists);

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? WhyNot()
    {
        if (GivenSocket is not null)
        {
            return null;
        }

        if (!OperatingSystem.IsLinux())
        {
            return "no container engine: it needs Linux";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "no container engine: only root can start one, and DOCKER_HOST names none";
        }

        if (!MayMount())
        {
            return "no container engine: this root may not mount file systems";
        }

        if (!File.ReadLines("/proc/self/mounts").Any(IsControlGroups))
        {
            return "no container engine: no control groups that can be written to are mounted";
        }

        return Program is null ? "no container engine is installed: apt-get install docker.io" : null;
    }

    private static bool MayMount()
    {
        const string Name = "CapEff:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Name, StringComparison.Ordinal));
        return (ulong.Parse(line[Name.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> SysAdmin & 1) == 1;
    }

    private static bool IsControlGroups(string mount) => mount.Split(' ') is [_, _, "cgroup" or "cgroup2", var options, ..] && options.Split(',').Contains("rw");
}
