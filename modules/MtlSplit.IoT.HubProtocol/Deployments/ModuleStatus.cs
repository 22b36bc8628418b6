namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>Whether a module shall run.</summary>
public enum ModuleStatus
{
    /// <summary>It shall run: <c>running</c>.</summary>
    Running,

    /// <summary>It shall be there and not run: <c>stopped</c>.</summary>
    Stopped,
}
