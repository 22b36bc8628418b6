using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Deployments;

public sealed class DeploymentContentTests
{
    [Fact]
    public void Base_IsReadWithItsModules()
    {
        var content = DeploymentContent.Parse(Manifests.Document);
        Assert.False(content.IsLayered);
        Assert.Equal(["$edgeAgent", "$edgeHub", "head"], content.Modules.Keys);
        Assert.True(JsonNode.DeepEquals(Manifests.Document, content.ToJson()));
        Assert.Equal("""{"threshold":0.5,"tasks":{"size":true}}""", content.Modules["head"].Full!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"content":{"modulesContent":X},"id":"d1","labels":{"a":"b"},"metrics":{"queries":{}},"priority":10,"targetCondition":"*","schemaVersion":"1.0"}""")]
    [InlineData("""{"moduleContent":X}""")]
    [InlineData("""{"$schema":"http://x","modulesContent":X}""")]
    public void Wrapping_OfTools_IsOpened(string form)
    {
        var text = form.Replace("X", Manifests.Document["modulesContent"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(Manifests.Document, DeploymentContent.Parse(Encoding.UTF8.GetBytes(text)).ToJson()));
    }

    [Fact]
    public void Layer_IsReadAsItsParts()
    {
        var content = DeploymentContent.Parse(Manifests.Layer(
            """{"$edgeAgent":{"properties.desired.modules.head":null,"properties.desired.modules.probe.status":"stopped"},"probe":{"properties.desired.a.b":{"c":1}}}"""));
        Assert.True(content.IsLayered);
        Assert.Equal(["modules.head", "modules.probe.status"], content.Modules["$edgeAgent"].Paths.Select(part => part.Key));
        Assert.Equal("""{"a":{"x":1,"b":{"c":1}}}""", content.Modules["probe"].ApplyTo(Documents.Parse("""{"a":{"x":1,"b":{"d":2}}}""")).ToJsonString());
        Assert.Equal(Manifests.Agent, Assert.Throws<DeploymentException>(content.ReadEdgeAgent).Path);
    }

    [Theory]
    [InlineData("""{}""", "modulesContent")]
    [InlineData("""{"modulesContent":[]}""", "modulesContent")]
    [InlineData("""{"modulesContent":{}}""", "modulesContent")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired":{}}},"other":1}""", "other")]
    [InlineData("""{"content":{"modulesContent":{"m":{"properties.desired":{}}},"deviceContent":{}}}""", "content.deviceContent")]
    [InlineData("""{"content":{"modulesContent":{"m":{"properties.desired":{}}}},"modulesContent":{}}""", "modulesContent")]
    [InlineData("""{"modulesContent":{"m":1}}""", "modulesContent.m")]
    [InlineData("""{"modulesContent":{"m":{}}}""", "modulesContent.m")]
    [InlineData("""{"modulesContent":{"$other":{"properties.desired":{}}}}""", "modulesContent.$other")]
    [InlineData("""{"modulesContent":{"a b":{"properties.desired":{}}}}""", "modulesContent.a b")]
    [InlineData("""{"modulesContent":{"m":{"properties.reported":{}}}}""", "modulesContent.m.properties.reported")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired":{},"properties.desired.a":1}}}""", "modulesContent.m.properties.desired.a")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired.a..b":1}}}""", "modulesContent.m.properties.desired.a..b")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired.a":1,"properties.desired.a.b":1}}}""", "modulesContent.m.properties.desired.a.b")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired.a.b":1,"properties.desired.a":1}}}""", "modulesContent.m.properties.desired.a")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired":{"a":{"b c":1}}}}}""", "modulesContent.m.properties.desired.a.b c")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired.a":{"b":[null]}}}}""", "modulesContent.m.properties.desired.a.b[0]")]
    [InlineData("""{"modulesContent":{"$edgeHub":{"properties.desired":{"schemaVersion":"1.1"}}}}""", "modulesContent.$edgeHub.properties.desired")]
    [InlineData("""{"modulesContent":{"$edgeAgent":{"properties.desired.module.x":{}}}}""", "modulesContent.$edgeAgent.properties.desired.module.x")]
    [InlineData("""{"modulesContent":{"$edgeAgent":{"properties.desired.modules.x":{"type":"docker"}}}}""", "modulesContent.$edgeAgent.properties.desired.modules.x.status")]
    [InlineData("""{"modulesContent":{"$edgeAgent":{"properties.desired.modules":{"x":{"type":"wasm"}}}}}""", "modulesContent.$edgeAgent.properties.desired.modules.x.type")]
    [InlineData("""{"modulesContent":{"$edgeHub":{"properties.desired.routes.r":"FROM nowhere"}}}""", "modulesContent.$edgeHub.properties.desired.routes.r")]
    [InlineData("""{"modulesContent":{"$edgeHub":{"properties.desired.routes":{"r":null}}}}""", "modulesContent.$edgeHub.properties.desired.routes.r")]
    public void Parse_OfAFaultyDocument_NamesThePath(string json, string path)
    {
        var e = Assert.Throws<DeploymentException>(() => DeploymentContent.Parse(Documents.Parse(json)));
        Assert.Equal(path, e.Path);
        Assert.StartsWith(path + ": ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfABaseWithoutTheHub_NamesIt()
    {
        var document = Manifests.Document;
        document["modulesContent"]!.AsObject().Remove("$edgeHub");
        Assert.Equal(Manifests.Hub, Assert.Throws<DeploymentException>(() => DeploymentContent.Parse(document)).Path);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired":{"a":1,"a":2}}}}""")]
    public void Parse_OfNoUsableText_Refuses(string text) => Assert.Throws<DeploymentException>(() => DeploymentContent.Parse(Encoding.UTF8.GetBytes(text)));

    // Any single part replaced by any value: whatever comes of it, nothing but the own exception is thrown.
    [Fact]
    public void Parse_OfADocumentWithAnyPartReplaced_ThrowsNothingElse()
    {
        var values = Texts.OneOf("null", "1", "-1", "1.5", "\"x\"", "\"\"", "true", "[]", "{}", "[null]", "{\"a\":1}");
        Gen.Select(Gen.Int[0, 1000], values).Sample((place, value) =>
        {
            var document = Manifests.Document;
            var places = Places(document).ToArray();
            var (parent, name) = places[place % places.Length];
            parent[name] = JsonNode.Parse(value);
            try
            {
                DeploymentContent.Parse(document);
            }
            catch (DeploymentException e)
            {
                Assert.True(e.Message.Length > e.Path.Length + 2, e.Message);
            }
        });
    }

    private static IEnumerable<(JsonObject Parent, string Name)> Places(JsonObject json) =>
        json.SelectMany(member => (member.Value is JsonObject nested ? Places(nested) : []).Prepend((json, member.Key)));
}
