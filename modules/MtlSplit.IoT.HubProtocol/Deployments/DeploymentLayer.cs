namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>A deployment among others that target one device.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Priority">The higher one wins.</param>
/// <param name="CreatedAt">When it was made; of two base deployments of one priority the later one wins.</param>
/// <param name="Content">What it does.</param>
public sealed record DeploymentLayer(string Id, int Priority, DateTimeOffset CreatedAt, DeploymentContent Content);
