using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Deploying;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Tests.Registry;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Deploying;

/// <summary>Deployments in a registry: what clients are told, what limits hold, what survives.</summary>
public sealed class DeploymentChangesTests : IDisposable
{
    private readonly Hubs _hub = new();
    private readonly List<RegistryNotice> _notices = [];

    public DeploymentChangesTests() => Listen();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Deployment_ThatChangesOneKey_TellsThatKeyAlone()
    {
        _hub.Device("d", edge: true);
        Put("c0", Deployments.Whole(["head"], new Dictionary<string, JsonObject> { ["head"] = Hubs.Json("""{"a":1,"b":{"c":2,"d":3}}""") }), 1);
        _notices.Clear();

        Put("c1", Deployments.Layer("head", new Dictionary<string, JsonNode?> { ["b.c"] = 9 }), 2);

        var notice = Assert.Single(_notices);
        Assert.Equal(new HubIdentity("d", "head"), notice.Id);
        Assert.Equal("""{"b":{"c":9},"$version":3}""", notice.DesiredPatch!.ToJsonString());
    }

    [Fact]
    public void ReportedProperties_OfAModule_PlanNothingAnew()
    {
        _hub.Device("d", edge: true);
        Put("c0", Deployments.Whole(["head"]), 1);
        var agent = new HubIdentity("d", "$edgeAgent");
        var before = _hub.Registry.State.Find(agent)!.Twin;
        _notices.Clear();

        _hub.Registry.Change(change => MtlSplit.IoT.DevHub.Registry.Twins.TwinChanges.Report(change, agent, Hubs.Json("""{"lastDesiredVersion":2}""")));

        Assert.Empty(_notices);
        Assert.Same(before.Desired, _hub.Registry.State.Find(agent)!.Twin.Desired);
    }

    [Fact]
    public void DesiredProperties_ThatAServiceWritesOverADeployment_AreTheDeploymentsAgain()
    {
        _hub.Device("d", edge: true);
        var head = new HubIdentity("d", "head");
        Put("c0", Deployments.Whole(["head"], new Dictionary<string, JsonObject> { ["head"] = Hubs.Json("""{"a":1}""") }), 1);

        _hub.Patch(head, """{"properties":{"desired":{"a":2,"b":3}}}""");

        Assert.Equal("""{"a":1}""", _hub.Registry.State.Find(head)!.Twin.Desired.Properties.ToJsonString());
    }

    [Fact]
    public void Module_ThatADeploymentNames_ComesBackWhenItIsRemoved()
    {
        _hub.Device("d", edge: true);
        var head = new HubIdentity("d", "head");
        Put("c0", Deployments.Whole(["head"], new Dictionary<string, JsonObject> { ["head"] = Hubs.Json("""{"a":1}""") }), 1);
        var first = _hub.Registry.State.Find(head)!.Identity.GenerationId;

        _hub.Registry.Change(change =>
        {
            IdentityRegistration.Delete(change, head, default);
            return 0;
        });

        var again = _hub.Registry.State.Find(head)!;
        Assert.NotEqual(first, again.Identity.GenerationId);
        Assert.Equal("""{"a":1}""", again.Twin.Desired.Properties.ToJsonString());
    }

    [Fact]
    public void Device_ThatIsNew_IsTargetedAtOnce()
    {
        Put("c0", Deployments.Whole(["head"]), 1, "deviceId = 'late'");

        _hub.Device("late", edge: true);

        Assert.Equal("""{"c0":{"status":"Applied"}}""", _hub.Registry.State.Find(new HubIdentity("late", "$edgeAgent"))!.Twin.Configurations.ToJsonString());
    }

    [Fact]
    public void Configurations_ReadAgain_AreInForceAsBefore()
    {
        _hub.Device("d", edge: true);
        Put("c0", Deployments.Whole(["head"]), 1, "tags.ring = 'canary'");
        _hub.Reopen();
        Listen();

        _hub.Patch(new HubIdentity("d"), """{"tags":{"ring":"canary"}}""");

        Assert.Equal("""{"c0":{"status":"Applied"}}""", _hub.Registry.State.Find(new HubIdentity("d", "$edgeAgent"))!.Twin.Configurations.ToJsonString());
        Assert.Contains(_notices, notice => notice.Id == new HubIdentity("d", "$edgeHub"));
    }

    [Fact]
    public void Hub_HasAtMostAHundredDeployments()
    {
        for (var i = 0; i < HubLimits.Configurations; i++)
        {
            Put($"c{i}", Deployments.Whole([]), 1, "");
        }

        var refusal = Assert.Throws<HubException>(() => Put("one-more", Deployments.Whole([]), 1, ""));

        Assert.Equal(HubErrors.IotHubQuotaExceeded, refusal.Code);
        Assert.Equal(HubLimits.Configurations, _hub.Registry.State.Configurations.Count);
    }

    private void Put(string id, JsonObject content, int priority, string condition = "*")
    {
        _hub.Time.Advance(TimeSpan.FromSeconds(1));
        _hub.Registry.Change(change => DeploymentChanges.Put(change, id, Deployments.Body(content, priority, condition), default));
    }

    private void Listen() => _hub.Registry.Committed += _notices.AddRange;
}
