namespace MtlSplit.IoT.Hosting.Running;

/// <summary>What a process says when it ends.</summary>
public static class ExitCode
{
    /// <summary>It did its work, or was asked to stop and did so in order.</summary>
    public const int Done = 0;

    /// <summary>It could not start, or failed while running.</summary>
    public const int Failed = 1;

    /// <summary>A flag or a setting is wrong.</summary>
    public const int BadUsage = 2;

    /// <summary>It worked, and what was asked for must not be done: the message says why.</summary>
    public const int Refused = 3;
}
