namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>Which engine runs containers, how they are ended, and what is kept of what they say. Immutable.</summary>
internal sealed record ContainerRunnerOptions
{
    /// <summary>The engine's socket.</summary>
    public required string Socket { get; init; }

    /// <summary>The device that the containers are for; several may share an engine.</summary>
    public required string Device { get; init; }

    /// <summary>From SIGTERM to SIGKILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A log is rotated at so many bytes, unless the create options say how to log.</summary>
    public long LogBytes { get; init; } = 4 << 20;

    /// <summary>Rotated logs that are kept.</summary>
    public int LogFiles { get; init; } = 3;

    /// <summary>How long the engine may take.</summary>
    public EngineLimits Limits { get; init; } = new();
}
