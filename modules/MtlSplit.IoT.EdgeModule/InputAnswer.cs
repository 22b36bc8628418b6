namespace MtlSplit.IoT.EdgeModule;

/// <summary>What a handler says of a message on an input.</summary>
public enum InputAnswer
{
    /// <summary>It had its effect; the hub may forget it.</summary>
    Completed,

    /// <summary>Not now: the handler is called again after a pause, up to <see cref="ModuleClientOptions.InputAttempts"/> times. So does an exception.</summary>
    Abandoned,

    /// <summary>It is of no use; the hub may forget it. Logged and counted.</summary>
    Rejected,
}
