namespace MtlSplit.IoT.EdgeRuntime.Planning;

/// <summary>What a created module does now.</summary>
internal enum ModuleRunState
{
    /// <summary>It does not run, and is meant not to: never started, or stopped by the agent.</summary>
    Stopped,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended by itself.</summary>
    Exited,
}
