namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>Which of the deployments that target a device apply to it, and what they make together.</summary>
/// <param name="Base">The base deployment.</param>
/// <param name="Layers">The layers over it that apply, the weakest first.</param>
/// <param name="Content">What they make together: a base deployment.</param>
public sealed record LayeringResult(DeploymentLayer Base, IReadOnlyList<DeploymentLayer> Layers, DeploymentContent Content);
