namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>When a module's image is fetched.</summary>
public enum ImagePullPolicy
{
    /// <summary>Whenever the module is created: <c>on-create</c>.</summary>
    OnCreate,

    /// <summary>Never; it must be there: <c>never</c>.</summary>
    Never,
}
