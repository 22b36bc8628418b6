using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Connecting;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Twins;
using MtlSplit.IoT.DevHub.Registry.Views;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Methods;

namespace MtlSplit.IoT.DevHub.Serving.Calls;

/// <summary>Twins and direct methods.</summary>
internal static class TwinCalls
{
    /// <summary>Adds the calls.</summary>
    public static void AddTo(HubEndpoints calls, HubRegistry registry, HubClients clients, HubThrottle throttle)
    {
        var (reads, updates) = (calls.CountedAs(ThrottledOperation.TwinReads), calls.CountedAs(ThrottledOperation.TwinUpdates));
        foreach (var path in (string[])["/twins/{device}", "/twins/{device}/modules/{module}"])
        {
            reads.Map("GET", path, AccessRights.ServiceConnect, request => HubReply.Tagged(TwinView.ToJson(IdentityRegistration.Require(registry.State, request.Identity))));
            updates.Map("PATCH", path, AccessRights.ServiceConnect, request => WriteAsync(registry, request, TwinChanges.Patch));
            updates.Map("PUT", path, AccessRights.ServiceConnect, request => WriteAsync(registry, request, TwinChanges.Replace));
            calls.Map("POST", path + "/methods", AccessRights.ServiceConnect, async request =>
            {
                var id = request.Identity;
                var method = MethodRequest.FromJson(await request.ReadObjectAsync());
                throttle.Take(ThrottledOperation.Methods, HubThrottle.CostOf(method));
                IdentityRegistration.Require(registry.State, id);
                return HubReply.Ok((await clients.InvokeMethodAsync(id, method, request.Ends)).ToJson());
            });
        }
    }

    private static async Task<HubReply> WriteAsync(HubRegistry registry, HubRequest request, Func<RegistryChange, HubIdentity, TwinBody, EtagCondition, HubEntry> write)
    {
        var (id, condition) = (request.Identity, request.Condition);
        var body = TwinBody.Read(await request.ReadObjectAsync(), id);
        registry.Change(change => write(change, id, body, condition));
        // A deployment may have had its say after that.
        return HubReply.Tagged(TwinView.ToJson(IdentityRegistration.Require(registry.State, id)));
    }
}
