using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Deploying;
using MtlSplit.IoT.DevHub.Queries;
using MtlSplit.IoT.DevHub.Queries.Parsing;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Throttling;

namespace MtlSplit.IoT.DevHub.Serving.Calls;

/// <summary>Deployments, automatic and to one device.</summary>
internal static class ConfigurationCalls
{
    /// <summary>Adds the calls.</summary>
    public static void AddTo(HubEndpoints all, HubRegistry registry)
    {
        var calls = all.CountedAs(ThrottledOperation.Configurations);
        calls.Map("GET", "/configurations", AccessRights.RegistryRead, request =>
        {
            var top = request.Whole("top", 1, HubLimits.Configurations) ?? HubLimits.Configurations;
            var state = registry.State;
            return HubReply.Ok(new JsonArray([.. state.Configurations.Values.Take(top).Select(configuration => ConfigurationView.ToJson(state, configuration))]));
        });
        calls.Map("POST", "/configurations/testQueries", AccessRights.RegistryRead, async request => Test(await request.ReadObjectAsync()));
        calls.Map("GET", "/configurations/{configuration}", AccessRights.RegistryRead, request => Show(registry, request.Part("configuration")));
        calls.Map("PUT", "/configurations/{configuration}", AccessRights.RegistryWrite, async request =>
        {
            var (id, condition) = (request.Part("configuration"), request.Condition);
            var body = await request.ReadObjectAsync();
            registry.Change(change => DeploymentChanges.Put(change, id, body, condition));
            return Show(registry, id);
        });
        calls.Map("DELETE", "/configurations/{configuration}", AccessRights.RegistryWrite, request =>
        {
            var (id, condition) = (request.Part("configuration"), request.Condition);
            registry.Change(change => DeploymentChanges.Delete(change, id, condition));
            return HubReply.Empty();
        });
        calls.Map("POST", "/devices/{device}/applyConfigurationContent", AccessRights.RegistryWrite, async request =>
        {
            var id = request.Identity;
            var body = await request.ReadObjectAsync();
            registry.Change(change => DeploymentChanges.ApplyToDevice(change, id, body));
            return HubReply.Empty();
        });
    }

    private static HubReply Show(HubRegistry registry, string id)
    {
        var state = registry.State;
        return HubReply.Tagged(ConfigurationView.ToJson(state, DeploymentChanges.Require(state, id)));
    }

    private static HubReply Test(JsonObject body)
    {
        JsonObject queryErrors = [];
        foreach (var (name, query) in Bodies.Object(body, "customMetricQueries") ?? [])
        {
            if (FaultOf(() => QueryParser.Parse(query?.ToString() ?? "")) is { } fault)
            {
                queryErrors[name] = fault;
            }
        }

        return HubReply.Ok(new JsonObject
        {
            ["targetConditionError"] = FaultOf(() => QueryParser.ParseCondition(Bodies.Text(body, "targetCondition") ?? "")) ?? "",
            ["customMetricQueryErrors"] = queryErrors,
        });
    }

    private static string? FaultOf(Action parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (QueryException e)
        {
            return e.Message;
        }
    }
}
