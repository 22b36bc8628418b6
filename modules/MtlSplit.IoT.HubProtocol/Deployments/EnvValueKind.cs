namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>How an environment variable's value is written in a deployment.</summary>
public enum EnvValueKind
{
    /// <summary>As a string.</summary>
    Text,

    /// <summary>As a number.</summary>
    Number,

    /// <summary>As true or false.</summary>
    Boolean,
}
