namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>How modules are ended and what is kept of what they say. Immutable.</summary>
internal sealed record ProcessRunnerOptions
{
    /// <summary>From SIGTERM to SIGKILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From SIGKILL until a process counts as one that cannot be ended: the kernel holds it.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A log is rotated at so many bytes.</summary>
    public long LogBytes { get; init; } = 4 << 20;

    /// <summary>Rotated logs that are kept.</summary>
    public int LogFiles { get; init; } = 3;

    /// <summary>How often logs are looked at.</summary>
    public TimeSpan LookAtLogs { get; init; } = TimeSpan.FromSeconds(5);
}
