namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>
/// Which container a process is in, by the control groups that Linux says it is in. Engines name a container's group for its number, which is known before
/// anything runs in it, and whatever is started in it later is in the group too.
/// </summary>
internal static class ContainerProcess
{
    /// <summary>Whether a process is in a container.</summary>
    /// <param name="process">The process, as this machine numbers it.</param>
    /// <param name="container">The container's number, 64 hex digits.</param>
    /// <param name="processes">Where Linux tells of processes.</param>
    public static bool IsIn(int process, string container, string processes = "/proc")
    {
        try
        {
            // hierarchy:controllers:path
            return File.ReadLines(Path.Combine(processes, $"{process}", "cgroup")).Any(line => line.Split(':', 3) is [_, _, var path] && Names(path, container));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone.
            return false;
        }
    }

    // Under systemd the group is a scope with the engine's name before the number.
    private static bool Names(string path, string container) =>
        path.Split('/').Any(part => part == container || part.EndsWith($"-{container}.scope", StringComparison.Ordinal));
}
