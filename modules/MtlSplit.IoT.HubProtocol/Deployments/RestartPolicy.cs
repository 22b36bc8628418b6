namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>When a module that ended is started again.</summary>
public enum RestartPolicy
{
    /// <summary>Never: <c>never</c>.</summary>
    Never,

    /// <summary>When it failed: <c>on-failure</c>.</summary>
    OnFailure,

    /// <summary>When it failed or is unhealthy: <c>on-unhealthy</c>.</summary>
    OnUnhealthy,

    /// <summary>Whenever it is not running: <c>always</c>.</summary>
    Always,
}
