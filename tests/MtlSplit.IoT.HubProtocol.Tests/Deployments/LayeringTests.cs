using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Deployments;

public sealed class LayeringTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    // Layers that set, replace and remove parts of three modules, and overlap.
    private static readonly Gen<DeploymentContent> Layers =
        Gen.Select(Texts.OneOf("backbone", "head", "probe"), Gen.Int[0, 5], Gen.Int[1, 5]).List[1, 4].Select(parts =>
        {
            var modules = new JsonObject();
            foreach (var (name, kind, value) in parts)
            {
                var agent = (modules["$edgeAgent"] ??= new JsonObject()).AsObject();
                if (!agent.Any(part => part.Key.StartsWith($"properties.desired.modules.{name}", StringComparison.Ordinal)))
                {
                    agent[$"properties.desired.modules.{name}"] = kind == 0
                        ? null
                        : JsonNode.Parse($$"""{"type":"docker","status":"running","restartPolicy":"always","settings":{"image":"i:{{value}}"} }""");
                }

                modules[name] = kind < 3
                    ? new JsonObject { ["properties.desired"] = new JsonObject { ["a"] = value } }
                    : new JsonObject { [$"properties.desired.part{kind}"] = value, ["properties.desired.nested.x"] = value };
            }

            return DeploymentContent.Parse(new JsonObject { ["modulesContent"] = modules });
        });

    private static DeploymentContent Base => DeploymentContent.Parse(Manifests.Document);

    [Fact]
    public void Merge_OfNoLayers_IsTheBase() => AssertSame(Base, Layering.Merge(Base, []));

    [Fact]
    public void Merge_OfLayersOneByOne_IsTheirMergeAtOnce() => Layers.List[0, 4].Sample(layers =>
        AssertSame(Layering.Merge(Base, layers), layers.Aggregate(Base, (merged, layer) => Layering.Merge(merged, [layer]))));

    [Fact]
    public void Merge_OfALayerTwice_ChangesNothingMore() => Layers.Sample(layer =>
        AssertSame(Layering.Merge(Base, [layer]), Layering.Merge(Base, [layer, layer])));

    [Fact]
    public void Merge_LeavesTheStrongestLayersPartsStanding() => Gen.Select(Layers.List[0, 3], Layers).Sample((weaker, strongest) =>
    {
        var merged = Layering.Merge(Base, [.. weaker, strongest]);
        foreach (var (name, module) in strongest.Modules)
        {
            var desired = merged.Modules[name].Full!;
            Assert.True(JsonNode.DeepEquals(desired, module.ApplyTo(desired)));
        }
    });

    [Fact]
    public void Choice_DoesNotDependOnTheOrderGiven() => Gen.Select(Layers.List[0, 4], Gen.Int[0, 3].List[6, 6], Gen.Int).Sample((layers, priorities, seed) =>
    {
        var targeting = layers.Select((layer, i) => new DeploymentLayer($"l{i}", priorities[i], Start.AddSeconds(i), layer))
            .Append(new DeploymentLayer("b1", priorities[4], Start, Base))
            .Append(new DeploymentLayer("b2", priorities[5], Start, Base)).ToArray();
        var chosen = Layering.Choose(targeting)!;
        var shuffled = targeting.ToArray();
        new Random(seed).Shuffle(shuffled);
        var again = Layering.Choose(shuffled)!;
        Assert.Equal(chosen.Base.Id, again.Base.Id);
        Assert.Equal(chosen.Layers.Select(layer => layer.Id), again.Layers.Select(layer => layer.Id));
        AssertSame(chosen.Content, again.Content);
        Assert.Equal(Math.Max(priorities[4], priorities[5]), chosen.Base.Priority);
        Assert.Equal(targeting.Count(one => one.Content.IsLayered && one.Priority > chosen.Base.Priority), chosen.Layers.Count);
        Assert.Equal(chosen.Layers.Select(layer => layer.Priority).Order(), chosen.Layers.Select(layer => layer.Priority));
    });

    [Fact]
    public void Merge_SetsReplacesAndRemovesParts()
    {
        var layer = DeploymentContent.Parse(Manifests.Layer("""
            {
              "$edgeAgent": {
                "properties.desired.modules.backbone.env": { "Only": { "value": "this" } },
                "properties.desired.modules.head": null,
                "properties.desired.modules.probe": { "type": "docker", "status": "running", "restartPolicy": "always", "settings": { "image": "probe:1" } }
              },
              "$edgeHub": { "properties.desired.routes.up": "FROM /messages/modules/probe/* INTO $upstream", "properties.desired.routes.features": null },
              "probe": { "properties.desired": { "rate": 1 } },
              "head": { "properties.desired.tasks.shape": true }
            }
            """));
        var merged = Layering.Merge(Base, [layer]);
        Assert.False(merged.IsLayered);
        var agent = merged.ReadEdgeAgent();
        Assert.Equal(["backbone", "probe"], agent.Modules.Keys.Order());
        Assert.Equal(KeyValuePair.Create("Only", new EnvValue("this")), Assert.Single(agent.Modules["backbone"].Env));
        Assert.Equal("/messages/modules/probe/*", Assert.Single(merged.ReadEdgeHub().Routes.Values).Route.Source.Text);
        Assert.Equal("""{"rate":1}""", merged.Modules["probe"].Full!.ToJsonString());
        Assert.Equal("""{"threshold":0.5,"tasks":{"size":true,"shape":true}}""", merged.Modules["head"].Full!.ToJsonString());
    }

    [Fact]
    public void Merge_OfTheWholePropertiesOfAModule_ForgetsWeakerOnes()
    {
        var part = DeploymentContent.Parse(Manifests.Layer("""{"head":{"properties.desired.b":2}}"""));
        var whole = DeploymentContent.Parse(Manifests.Layer("""{"head":{"properties.desired":{"c":3}}}"""));
        Assert.Equal("""{"c":3}""", Layering.Merge(Base, [part, whole]).Modules["head"].Full!.ToJsonString());
        Assert.Equal("""{"c":3,"b":2}""", Layering.Merge(Base, [whole, part]).Modules["head"].Full!.ToJsonString());
    }

    [Fact]
    public void Merge_ThatMakesAnUnusableWhole_NamesThePath()
    {
        var broken = DeploymentContent.Parse(Manifests.Layer("""{"$edgeAgent":{"properties.desired.modules.head.settings.image":null}}"""));
        Assert.Equal($"{Manifests.Agent}.modules.head.settings.image", Assert.Throws<DeploymentException>(() => Layering.Merge(Base, [broken])).Path);
    }

    [Fact]
    public void Choice_OfTwoBasesOfOnePriority_IsTheLaterOne()
    {
        var chosen = Layering.Choose([new("new", 1, Start.AddDays(1), Base), new("old", 1, Start, Base), new("low", 0, Start.AddDays(2), Base)]);
        Assert.Equal("new", chosen!.Base.Id);
    }

    [Fact]
    public void Choice_WithoutABase_IsNone() =>
        Assert.Null(Layering.Choose([new("layer", 1, Start, DeploymentContent.Parse(Manifests.Layer("""{"head":{"properties.desired.b":2}}""")))]));

    [Fact]
    public void Layer_OfTheBasesPriority_DoesNotApply()
    {
        var layer = DeploymentContent.Parse(Manifests.Layer("""{"head":{"properties.desired.b":2}}"""));
        var chosen = Layering.Choose([new("base", 5, Start, Base), new("same", 5, Start.AddDays(1), layer), new("higher", 6, Start, layer)])!;
        Assert.Equal(["higher"], chosen.Layers.Select(one => one.Id));
    }

    [Fact]
    public void Merge_OfTheWrongParts_Refuses()
    {
        var layer = DeploymentContent.Parse(Manifests.Layer("""{"head":{"properties.desired.b":2}}"""));
        Assert.Throws<ArgumentException>(() => Layering.Merge(layer, []));
        Assert.Throws<ArgumentException>(() => Layering.Merge(Base, [Base]));
    }

    private static void AssertSame(DeploymentContent one, DeploymentContent other) =>
        Assert.True(JsonNode.DeepEquals(one.ToJson(), other.ToJson()), $"{one.ToJson()}\n{other.ToJson()}");
}
