using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.DevHub.Deploying;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Deploying;

/// <summary>Plans for one device, from random deployments.</summary>
public sealed class DevicePlannerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly HubIdentity Device = new("d");
    private static readonly string[] Keys = ["a", "b", "c"];

    /// <summary>A deployment: whether it is a layer, its priority, and the value that it gives to some keys of the module "head".</summary>
    private static readonly Gen<Draft> Drafts = Gen.Select(Gen.Bool, Gen.Int[0, 4], Gen.Int[0, 7], Gen.Int[0, 100]).Select((isLayer, priority, which, value) =>
        new Draft(isLayer, priority, [.. Keys.Where((_, i) => ((which | (isLayer && which == 0 ? 1 : 0)) & (1 << i)) != 0)], value));

    [Fact]
    public void Plan_OfAnyDeployments_TakesForEachKeyTheHighestThatSetsIt() => Drafts.Array[0, 7].Sample(
        drafts =>
        {
            var (state, records) = Build(drafts);
            var plan = DevicePlanner.Plan(state.Devices["d"], records);

            // The reference: the base is the last of the highest whole ones; a key's value is that of the last one above it that sets it.
            var order = drafts.Index().OrderBy(one => one.Item.Priority).ThenBy(one => one.Index).ToList();
            var whole = order.FindLastIndex(one => !one.Item.IsLayer);
            Assert.Equal(whole < 0, plan.Modules is null);
            if (whole < 0)
            {
                Assert.Empty(plan.Applied);
                Assert.Equal(drafts.Length, plan.Targeted.Count);
                return;
            }

            List<(int Index, Draft Item)> applied = [order[whole], .. order.Where(one => one.Item.IsLayer && one.Item.Priority > order[whole].Item.Priority)];
            Assert.Equal(applied.Select(one => Name(one.Index)), plan.Applied);
            Assert.Equal(order.Select(one => Name(one.Index)).Except(plan.Applied), plan.Targeted.OrderBy(id => drafts[int.Parse(id.AsSpan(1))].Priority).ThenBy(id => id));
            var expected = Keys.Select(key => (key, by: applied.LastOrDefault(one => one.Item.Sets.Contains(key)).Item)).Where(one => one.by is not null)
                .ToDictionary(one => one.key, one => one.by.Value);
            var head = plan.Modules!.GetValueOrDefault("head") ?? [];
            Assert.Equal(expected.OrderBy(one => one.Key), head.Select(one => KeyValuePair.Create(one.Key, one.Value!.GetValue<int>())).OrderBy(one => one.Key));
        },
        iter: 2000);

    [Fact]
    public void Plan_AppliedTwice_ChangesNothingTheSecondTime() => Drafts.Array[0, 7].Sample(
        drafts =>
        {
            var (state, records) = Build(drafts);
            var first = new RegistryChange(state, new RegistryCounters(1000, 1000), Start);
            var plan = DevicePlanner.Plan(state.Devices["d"], records);
            DeploymentApplication.Apply(first, state.Devices["d"], plan);

            var second = new RegistryChange(first.State, first.Counters, Start.AddDays(1));
            var again = DevicePlanner.Plan(second.State.Devices["d"], records);
            DeploymentApplication.Apply(second, second.State.Devices["d"], again);

            Assert.Equal(plan.Applied, again.Applied);
            Assert.True(second.IsEmpty);
            Assert.Empty(second.Notices);
            foreach (var (module, desired) in plan.Modules ?? new Dictionary<string, JsonObject>())
            {
                Assert.True(JsonNode.DeepEquals(desired, first.State.Find(new HubIdentity("d", module))!.Twin.Desired.Properties), module);
            }
        },
        iter: 1000);

    [Fact]
    public void Plan_InWhateverOrderDeploymentsAreListed_IsTheSame() => Gen.Select(Drafts.Array[2, 7], Gen.Int[0, 1000]).Sample(
        (drafts, seed) =>
        {
            var (state, records) = Build(drafts);
            var shuffled = records.ToArray();
            new Random(seed).Shuffle(shuffled);

            Assert.Equal(DevicePlanner.Plan(state.Devices["d"], records).Statuses().ToJsonString(), DevicePlanner.Plan(state.Devices["d"], shuffled).Statuses().ToJsonString());
        },
        iter: 500);

    [Fact]
    public void Plan_ForADeviceThatIsNoEdgeDevice_IsEmpty()
    {
        var (state, records) = Build([new Draft(false, 1, ["a"], 1)], edge: false);

        var plan = DevicePlanner.Plan(state.Devices["d"], records);

        Assert.Empty(plan.Applied.Concat(plan.Targeted));
        Assert.Null(plan.Modules);
    }

    [Fact]
    public void Plan_ThatIsTooMuchTogether_LeavesTheDeviceAsItIsAndSaysWhy()
    {
        var (state, _) = Build([]);
        var large = new JsonObject { ["x"] = new JsonArray([.. Enumerable.Range(0, 5).Select(_ => (JsonNode)new string('x', 4000))]) };
        ConfigurationRecord[] records =
        [
            Record("c0", Deployments.Whole([], new Dictionary<string, JsonObject> { ["head"] = new() { ["y"] = large.DeepClone() } }), 1, 0),
            Record("c1", Deployments.Layer("head", new Dictionary<string, JsonNode?> { ["z"] = large }), 2, 1),
        ];

        var plan = DevicePlanner.Plan(state.Devices["d"], records);

        Assert.Null(plan.Modules);
        Assert.Empty(plan.Applied);
        Assert.Equal(["c0", "c1"], plan.Targeted);
        Assert.Contains("head", plan.Fault, StringComparison.Ordinal);
    }

    private static string Name(int index) => $"c{index}";

    private static ConfigurationRecord Record(string id, JsonObject content, int priority, int order) =>
        ConfigurationBody.Create(id, Deployments.Body(content, priority), order + 1, Start.AddMinutes(order));

    private static (RegistryState State, List<ConfigurationRecord> Records) Build(IReadOnlyList<Draft> drafts, bool edge = true)
    {
        var change = new RegistryChange(RegistryState.Empty, new RegistryCounters(0, 0), Start);
        IdentityRegistration.Put(change, Device, IdentityBody.Read(new JsonObject { ["capabilities"] = new JsonObject { ["iotEdge"] = edge } }, Device), default);
        return (change.State, [.. drafts.Select((draft, i) => Record(Name(i), draft.Content(), draft.Priority, i))]);
    }

    private sealed record Draft(bool IsLayer, int Priority, string[] Sets, int Value)
    {
        public JsonObject Content() => IsLayer
            ? Deployments.Layer("head", Sets.ToDictionary(key => key, _ => (JsonNode?)Value))
            : Deployments.Whole(["head"], new Dictionary<string, JsonObject> { ["head"] = new(Sets.Select(key => KeyValuePair.Create(key, (JsonNode?)Value))) });
    }
}
