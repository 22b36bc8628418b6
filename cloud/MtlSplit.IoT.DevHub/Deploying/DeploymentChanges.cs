using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Twins;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Deploying;

/// <summary>Makes, changes and removes configurations, and deploys to one device.</summary>
internal static class DeploymentChanges
{
    // IoT Hub's documents name the statuses of these and no codes; the numbers follow those of devices and modules.
    private static readonly HubErrorCode ConfigurationNotFound = new("ConfigurationNotFound", 404011, 404);

    private static readonly HubErrorCode ConfigurationAlreadyExists = new("ConfigurationAlreadyExists", 409401, 409);

    /// <summary>The configuration.</summary>
    /// <exception cref="HubException">It is not there.</exception>
    public static ConfigurationRecord Require(RegistryState state, string id) =>
        state.Configurations.GetValueOrDefault(id) ?? throw new HubException(ConfigurationNotFound, $"Configuration {id} is not there.");

    /// <summary>Makes a configuration where the caller has no etag, changes it where it has one.</summary>
    /// <exception cref="HubException">It is there already, is not there, has another etag, or is malformed.</exception>
    public static ConfigurationRecord Put(RegistryChange change, string id, JsonObject body, EtagCondition condition)
    {
        ConfigurationRecord configuration;
        if (condition.Given)
        {
            var present = Require(change.State, id);
            condition.Require(present.Etag, $"configuration {id}");
            configuration = ConfigurationBody.Update(present, body, change.NextEtag(), change.Now);
        }
        else if (change.State.Configurations.ContainsKey(id))
        {
            throw new HubException(ConfigurationAlreadyExists, $"Configuration {id} is there already.");
        }
        else if (change.State.Configurations.Count >= HubLimits.Configurations)
        {
            throw new HubException(HubErrors.IotHubQuotaExceeded, $"A hub has at most {HubLimits.Configurations} deployments.");
        }
        else
        {
            configuration = ConfigurationBody.Create(id, body, change.NextEtag(), change.Now);
        }

        change.Put(configuration);
        return configuration;
    }

    /// <summary>Removes a configuration: the next best one takes over, and where there is none modules keep what they have.</summary>
    /// <exception cref="HubException">It is not there or has another etag.</exception>
    public static string Delete(RegistryChange change, string id, EtagCondition condition)
    {
        condition.Require(Require(change.State, id).Etag, $"configuration {id}");
        change.RemoveConfiguration(id);
        return id;
    }

    /// <summary>Deploys a whole content to one device: the desired properties of every module that it names are replaced, and its identity is made where it is missing.</summary>
    /// <exception cref="HubException">The device is not there, or the content is malformed, layered or too large.</exception>
    public static HubIdentity ApplyToDevice(RegistryChange change, HubIdentity device, JsonObject content)
    {
        if (!IdentityRegistration.Require(change.State, device).Identity.IsEdge)
        {
            throw Bodies.Invalid($"Device {device.DeviceId} is no edge device; modules are deployed to edge devices only.");
        }

        var read = ConfigurationBody.ReadContent(content);
        if (read.IsLayered)
        {
            throw Bodies.Invalid("A layer cannot be applied to a device by itself: $edgeAgent needs the key properties.desired.");
        }

        foreach (var (module, part) in read.Modules)
        {
            // Of a whole deployment too, a module's part may set paths only.
            var id = new HubIdentity(device.DeviceId, module);
            IdentityRegistration.EnsureModule(change, id);
            TwinChanges.SetDesired(change, change.State.Find(id)!, part.ApplyTo(change.State.Find(id)!.Twin.Desired.Properties));
        }

        return device;
    }
}
