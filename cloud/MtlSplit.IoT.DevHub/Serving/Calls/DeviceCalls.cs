using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Views;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Serving.Calls;

/// <summary>Devices, modules and their number.</summary>
internal static class DeviceCalls
{
    /// <summary>Adds the calls.</summary>
    public static void AddTo(HubEndpoints all, HubRegistry registry)
    {
        var calls = all.CountedAs(ThrottledOperation.RegistryOperations);
        calls.Map("GET", "/devices", AccessRights.RegistryRead, request =>
        {
            var top = request.Whole("top", 1, HubLimits.PageSize) ?? HubLimits.PageSize;
            return HubReply.Ok(new JsonArray([.. registry.State.Devices.Values.Take(top).Select(device => IdentityView.ToJson(device.Self.Identity))]));
        });
        calls.Map("POST", "/devices", AccessRights.RegistryWrite, async request => BulkRegistration.Run(registry, await request.ReadArrayAsync()));
        calls.Map("GET", "/devices/{device}", AccessRights.RegistryRead, request => Show(registry, request.Identity));
        calls.Map("PUT", "/devices/{device}", AccessRights.RegistryWrite, request => PutAsync(registry, request));
        calls.Map("DELETE", "/devices/{device}", AccessRights.RegistryWrite, request => Delete(registry, request));
        calls.Map("GET", "/statistics/devices", AccessRights.RegistryRead, _ =>
        {
            var devices = registry.State.Devices.Values;
            var enabled = devices.Count(device => device.Self.Identity.Enabled);
            return HubReply.Ok(new JsonObject { ["totalDeviceCount"] = devices.Count(), ["enabledDeviceCount"] = enabled, ["disabledDeviceCount"] = devices.Count() - enabled });
        });
        calls.Map("GET", "/statistics/service", AccessRights.ServiceConnect, _ => HubReply.Ok(new JsonObject
        {
            ["connectedDeviceCount"] = registry.State.Devices.Values.Count(device => device.Self.Identity.Connected),
        }));

        calls.MapForDevice("GET", "/devices/{device}/modules", AccessRights.RegistryRead, request =>
        {
            var id = request.Identity;
            IdentityRegistration.Require(registry.State, id);
            return HubReply.Ok(new JsonArray([.. registry.State.Devices[id.DeviceId].Modules.Values.Select(module => IdentityView.ToJson(module.Identity))]));
        });
        calls.MapForDevice("GET", "/devices/{device}/modules/{module}", AccessRights.RegistryRead, request => Show(registry, request.Identity));
        calls.MapForDevice("PUT", "/devices/{device}/modules/{module}", AccessRights.RegistryWrite, request => PutAsync(registry, request));
        calls.MapForDevice("DELETE", "/devices/{device}/modules/{module}", AccessRights.RegistryWrite, request => Delete(registry, request));
    }

    private static HubReply Show(HubRegistry registry, HubIdentity id) => HubReply.Tagged(IdentityView.ToJson(IdentityRegistration.Require(registry.State, id).Identity));

    private static async Task<HubReply> PutAsync(HubRegistry registry, HubRequest request)
    {
        var (id, condition) = (request.Identity, request.Condition);
        RefuseRuntime(request);
        var body = IdentityBody.Read(await request.ReadObjectAsync(), id);
        return HubReply.Tagged(IdentityView.ToJson(registry.Change(change => IdentityRegistration.Put(change, id, body, condition)).Entry.Identity));
    }

    private static HubReply Delete(HubRegistry registry, HubRequest request)
    {
        var (id, condition) = (request.Identity, request.Condition);
        RefuseRuntime(request);
        registry.Change(change =>
        {
            IdentityRegistration.Delete(change, id, condition);
            return id;
        });
        return HubReply.Empty();
    }

    // A device keeps its modules; the runtime's own are the service's to change.
    private static void RefuseRuntime(HubRequest request)
    {
        if (request.Caller.Self is not null && IdentityRegistration.RuntimeModules.Contains(request.Identity.ModuleId))
        {
            throw new HubException(HubErrors.IotHubUnauthorizedAccess, $"Unauthorized: a device may not change {request.Identity.ModuleId}.");
        }
    }
}
