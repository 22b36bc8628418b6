using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Deploying;

/// <summary>What the hub wants of the device, and whether it can be read. Immutable.</summary>
/// <param name="Version">The version of the desired properties.</param>
/// <param name="Code">200, or why it cannot be used.</param>
/// <param name="Description">What is wrong with it; empty if nothing.</param>
/// <param name="Desired">The deployment to go by: this one, or the last that could be read; null: there was none.</param>
internal sealed record Deployment(long Version, int Code, string Description, EdgeAgentDesired? Desired)
{
    public const int Good = 200;

    /// <summary>Nothing was heard yet.</summary>
    public static Deployment None { get; } = new(0, Unknown, "The hub has not been heard yet.", null);

    /// <summary>The state of the modules is not known: shutting down, or not connected.</summary>
    public const int Unknown = 406;

    /// <summary>A step of the plan failed.</summary>
    public const int PlanFailed = 500;

    /// <summary>Reads desired properties; those that cannot be read leave the deployment before in charge.</summary>
    public static Deployment Read(JsonObject desired, long version, Deployment before)
    {
        try
        {
            return new Deployment(version, Good, "", EdgeAgentDesired.Parse(desired));
        }
        catch (DeploymentException e)
        {
            return new Deployment(version, e.StatusCode, e.Message, before.Desired);
        }
    }
}
