namespace MtlSplit.IoT.EdgeRuntime.Planning;

/// <summary>What is done to a module.</summary>
internal enum StepKind
{
    /// <summary>Ends its process; afterwards it is there and meant not to run.</summary>
    Stop,

    /// <summary>Takes it away with everything it left on the device.</summary>
    Remove,

    /// <summary>Makes it, not running.</summary>
    Create,

    /// <summary>Notes what changed without need for a new process, such as its restart policy.</summary>
    Update,

    /// <summary>Starts it.</summary>
    Start,

    /// <summary>Starts it again after it ended; counted.</summary>
    Restart,
}
