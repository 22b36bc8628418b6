using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Deploying;

/// <summary>The last deployment that could be read, so that the device comes back to it without the hub. Registry passwords may be in it.</summary>
internal sealed class DeploymentFile(string path, ILogger logger)
{
    /// <summary>Keeps a deployment.</summary>
    /// <exception cref="IOException">The disk failed; the one before is still there.</exception>
    public void Write(JsonObject desired, long version) =>
        PrivateFile.Write(path, HubJson.ToUtf8(new JsonObject { ["version"] = version, ["desired"] = desired.DeepClone() }));

    /// <summary>The deployment that was kept; <see cref="Deployment.None"/> where there is none.</summary>
    public Deployment Read()
    {
        if (PrivateFile.Read(path) is not { } content)
        {
            return Deployment.None;
        }

        try
        {
            var json = HubJson.ParseObject(content, path);
            return new Deployment(json["version"]!.GetValue<long>(), Deployment.Good, "", EdgeAgentDesired.Parse(json["desired"]!.AsObject()));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException)
        {
            Log.DeploymentUnreadable(logger, path, e.Message);
            return Deployment.None;
        }
    }
}
