using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.DevHub.Registry.Identities;

/// <summary>Makes, changes and removes devices and modules.</summary>
internal static class IdentityRegistration
{
    /// <summary>The runtime's modules, which every edge device has.</summary>
    public static readonly IReadOnlyList<string> RuntimeModules = ["$edgeAgent", "$edgeHub"];

    /// <summary>Who keeps the modules of an edge device.</summary>
    public const string EdgeKeeper = "IotEdge";

    /// <summary>The device or module.</summary>
    /// <exception cref="HubException">It is not there.</exception>
    public static HubEntry Require(RegistryState state, HubIdentity id)
    {
        if (!state.Devices.ContainsKey(id.DeviceId))
        {
            throw new HubException(HubErrors.DeviceNotFound, $"Device {id.DeviceId} is not registered.");
        }

        return state.Find(id) ?? throw new HubException(HubErrors.ModuleNotFound, $"Module {id.ModuleId} is not registered on device {id.DeviceId}.");
    }

    /// <summary>Makes a device or module where the caller has no etag, changes it where it has one.</summary>
    /// <returns>It, and whether it is new.</returns>
    /// <exception cref="HubException">It is there already, is not there, or has another etag; a limit is reached.</exception>
    public static (HubEntry Entry, bool IsNew) Put(RegistryChange change, HubIdentity id, IdentityBody body, EtagCondition condition)
    {
        if (condition.Given)
        {
            return (Update(change, Require(change.State, id), body, condition), false);
        }

        if (id.IsModule)
        {
            Require(change.State, id.Device);
        }

        return change.State.Find(id) is null ? (Create(change, id, body), true) : throw (id.IsModule
            ? new HubException(HubErrors.ModuleAlreadyExistsOnDevice, $"Module {id.ModuleId} is already registered on device {id.DeviceId}.")
            : new HubException(HubErrors.DeviceAlreadyExists, $"Device {id.DeviceId} is already registered."));
    }

    /// <summary>Makes a device or module that is not there.</summary>
    /// <exception cref="HubException">A limit is reached.</exception>
    public static HubEntry Create(RegistryChange change, HubIdentity id, IdentityBody body)
    {
        if (change.State.EntryCount >= HubLimits.Entries)
        {
            throw new HubException(HubErrors.IotHubQuotaExceeded, $"A hub has at most {HubLimits.Entries} devices and modules.");
        }

        // The runtime's own modules come with the device and leave the number of the user's alone.
        if (id.ModuleId is { } module && !RuntimeModules.Contains(module)
            && change.State.Devices[id.DeviceId].Modules.Keys.Count(other => !RuntimeModules.Contains(other)) >= HubLimits.ModulesPerDevice)
        {
            throw new HubException(HubErrors.TooManyModulesOnDevice, $"Device {id.DeviceId} has {HubLimits.ModulesPerDevice} modules already.");
        }

        var generation = change.NextGeneration();
        var isEdge = !id.IsModule && body.IsEdge == true;
        var entry = new HubEntry(
            new IdentityRecord
            {
                Id = id,
                GenerationId = generation,
                Etag = change.NextEtag(),
                Enabled = body.Enabled ?? true,
                StatusReason = body.StatusReason,
                StatusUpdated = DateTimeOffset.MinValue,
                Authentication = body.WithKeys(null),
                IsEdge = isEdge,
                ManagedBy = id.IsModule ? body.ManagedBy : null,
                DeviceScope = isEdge ? $"ms-azure-iot-edge://{id.DeviceId}-{generation}" : body.DeviceScope,
                ConnectionUpdated = DateTimeOffset.MinValue,
                LastActivity = DateTimeOffset.MinValue,
            },
            new TwinRecord
            {
                Etag = change.NextEtag(),
                Version = 1,
                Tags = [],
                Desired = TwinSection.Create(TwinSectionKind.Desired, change.Now),
                Reported = TwinSection.Create(TwinSectionKind.Reported, change.Now),
                Configurations = [],
            });
        change.Put(entry);
        AddRuntime(change, entry.Identity);
        return entry;
    }

    /// <summary>Removes a device with its modules, or a module.</summary>
    /// <exception cref="HubException">It is not there or has another etag.</exception>
    public static void Delete(RegistryChange change, HubIdentity id, EtagCondition condition)
    {
        var entry = Require(change.State, id);
        condition.Require(entry.Identity.Etag, id.ClientId);
        change.Remove(id, $"{id.ClientId} was removed");
    }

    /// <summary>Makes a module for a device that wants it deployed, unless it is there.</summary>
    /// <exception cref="HubException">The device has too many modules.</exception>
    public static void EnsureModule(RegistryChange change, HubIdentity module)
    {
        if (change.State.Find(module) is null)
        {
            Create(change, module, IdentityBody.Read(new JsonObject { ["managedBy"] = EdgeKeeper }, module));
        }
    }

    private static HubEntry Update(RegistryChange change, HubEntry present, IdentityBody body, EtagCondition condition)
    {
        condition.Require(present.Identity.Etag, present.Id.ClientId);
        var identity = present.Identity;
        var enabled = body.Enabled ?? identity.Enabled;
        var isEdge = !identity.Id.IsModule && (body.IsEdge ?? identity.IsEdge);
        var updated = identity with
        {
            Etag = change.NextEtag(),
            Enabled = enabled,
            StatusReason = body.StatusReason ?? identity.StatusReason,
            StatusUpdated = enabled == identity.Enabled ? identity.StatusUpdated : change.Now,
            Authentication = body.WithKeys(identity.Authentication),
            IsEdge = isEdge,
            ManagedBy = body.ManagedBy ?? identity.ManagedBy,
            DeviceScope = isEdge ? identity.DeviceScope ?? $"ms-azure-iot-edge://{identity.Id.DeviceId}-{identity.GenerationId}" : body.DeviceScope ?? identity.DeviceScope,
        };
        var entry = present with { Identity = updated };
        change.Put(entry);
        AddRuntime(change, updated);
        CloseWhatNoLongerHolds(change, identity, updated);
        return entry;
    }

    private static void AddRuntime(RegistryChange change, IdentityRecord device)
    {
        if (device.IsEdge)
        {
            foreach (var module in RuntimeModules)
            {
                EnsureModule(change, new HubIdentity(device.Id.DeviceId, module));
            }
        }
    }

    // Whoever connected with a key that is gone, or is disabled now, would not be let in again.
    private static void CloseWhatNoLongerHolds(RegistryChange change, IdentityRecord before, IdentityRecord after)
    {
        if (!after.Enabled && before.Enabled)
        {
            change.Close(after.Id, $"{after.Id.ClientId} was disabled");
            if (!after.Id.IsModule)
            {
                foreach (var module in change.State.Devices[after.Id.DeviceId].Modules.Values)
                {
                    change.Close(module.Id, $"{after.Id.ClientId} was disabled");
                }
            }
        }
        else if (after.Authentication != before.Authentication)
        {
            change.Close(after.Id, $"{after.Id.ClientId} proves itself otherwise now");
        }
    }
}
