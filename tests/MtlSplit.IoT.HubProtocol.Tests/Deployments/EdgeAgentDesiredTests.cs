using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Deployments;

public sealed class EdgeAgentDesiredTests
{
    private const string Path = "properties.desired";

    [Fact]
    public void Section_IsReadWhole()
    {
        var read = EdgeAgentDesired.Parse(Manifests.AgentOf(Manifests.Document));
        Assert.Equal("1.1", read.SchemaVersion);
        Assert.Equal(("v1.25", ""), (read.Runtime.MinDockerVersion, read.Runtime.LoggingOptions));
        Assert.Equal(new RegistryCredential("u", "p", "registry.local"), read.Runtime.RegistryCredentials["own"]);
        Assert.Equal(("$edgeAgent", ImagePullPolicy.Never, "agent:1.5"), (read.EdgeAgent.ModuleId, read.EdgeAgent.ImagePullPolicy, read.EdgeAgent.Settings.Image));
        Assert.Equal(("$edgeHub", 0u, "{}"), (read.EdgeHub.ModuleId, read.EdgeHub.StartupOrder, read.EdgeHub.Settings.CreateOptions));

        var backbone = read.Modules["backbone"];
        Assert.Equal(("backbone", "2.0", ModuleStatus.Running, RestartPolicy.OnFailure, ImagePullPolicy.Never, 1u),
            (backbone.ModuleId, backbone.Version, backbone.Status, backbone.RestartPolicy, backbone.ImagePullPolicy, backbone.StartupOrder));
        Assert.Equal("backbone:2.0", backbone.Settings.Image);
        Assert.Equal("""{"HostConfig":{"Privileged":true}}""", backbone.Settings.ReadCreateOptions().ToJsonString());
        Assert.Equal(new EnvValue("a"), backbone.Env["Text"]);
        Assert.Equal(new EnvValue("1.50", EnvValueKind.Number), backbone.Env["Number"]);
        Assert.Equal(new EnvValue("true", EnvValueKind.Boolean), backbone.Env["Flag"]);

        var head = read.Modules["head"];
        Assert.Equal((ModuleStatus.Stopped, RestartPolicy.Never, ImagePullPolicy.OnCreate, uint.MaxValue), (head.Status, head.RestartPolicy, head.ImagePullPolicy, head.StartupOrder));
        Assert.Null(head.Settings.CreateOptions);
        Assert.Empty(head.Settings.ReadCreateOptions());
    }

    [Fact]
    public void Section_WrittenAndRead_IsTheSame()
    {
        var read = EdgeAgentDesired.Parse(Manifests.AgentOf(Manifests.Document));
        var again = EdgeAgentDesired.Parse(read.ToJson());
        Assert.Equal(read.ToJson().ToJsonString(), again.ToJson().ToJsonString());
        Assert.Equal(read.Modules["backbone"], again.Modules["backbone"]);
        Assert.Equal((read.EdgeAgent, read.EdgeHub), (again.EdgeAgent, again.EdgeHub));
    }

    [Fact]
    public void VersionAndMetadata_OfATwin_ArePassedOver()
    {
        var section = Manifests.AgentOf(Manifests.Document);
        section["$version"] = 7;
        section["$metadata"] = new JsonObject();
        Assert.Equal(2, EdgeAgentDesired.Parse(section).Modules.Count);
    }

    [Theory]
    [InlineData("env/Text/value", "b")]
    [InlineData("settings/image", "other")]
    [InlineData("settings/createOptions02", " }")]
    [InlineData("startupOrder", "2")]
    [InlineData("restartPolicy", "always")]
    public void Modules_ThatDifferInAPart_AreNotEqual(string part, string value)
    {
        var document = Manifests.Document;
        var before = EdgeAgentDesired.Parse(Manifests.AgentOf(document)).Modules["backbone"];
        Manifests.Set(Manifests.AgentOf(document), "modules/backbone/" + part, part == "startupOrder" ? JsonNode.Parse(value) : JsonValue.Create(value));
        Assert.NotEqual(before, EdgeAgentDesired.Parse(Manifests.AgentOf(document)).Modules["backbone"]);
    }

    [Theory]
    [InlineData("schemaVersion", null, 412)]
    [InlineData("schemaVersion", "\"1.2\"", 412)]
    [InlineData("schemaVersion", "\"2.0\"", 412)]
    [InlineData("schemaVersion", "\"one\"", 412)]
    [InlineData("schemaVersion", "1.1", 400)]
    [InlineData("runtime", null, 400)]
    [InlineData("runtime.type", "\"containerd\"", 400)]
    [InlineData("runtime.other", "1", 400)]
    [InlineData("runtime.settings.minDockerVersion", "1", 400)]
    [InlineData("runtime.settings.registryCredentials.own.password", null, 400)]
    [InlineData("systemModules.edgeHub", null, 400)]
    [InlineData("systemModules.other", "{}", 400)]
    [InlineData("systemModules.edgeAgent.status", "\"running\"", 400)]
    [InlineData("systemModules.edgeAgent.restartPolicy", "\"always\"", 400)]
    [InlineData("systemModules.edgeAgent.startupOrder", "0", 400)]
    [InlineData("modules", "[]", 400)]
    [InlineData("modules.a b", "{}", 400)]
    [InlineData("modules.head.type", null, 400)]
    [InlineData("modules.head.type", "\"process\"", 400)]
    [InlineData("modules.head.status", null, 400)]
    [InlineData("modules.head.status", "\"Running\"", 400)]
    [InlineData("modules.head.restartPolicy", "\"sometimes\"", 400)]
    [InlineData("modules.head.restartPolicy", null, 400)]
    [InlineData("modules.head.imagePullPolicy", "\"always\"", 400)]
    [InlineData("modules.head.startupOrder", "-1", 400)]
    [InlineData("modules.head.startupOrder", "4294967296", 400)]
    [InlineData("modules.head.startupOrder", "\"1\"", 400)]
    [InlineData("modules.head.restartpolicy", "\"never\"", 400)]
    [InlineData("modules.head.env", "{\"A\":{\"value\":[1]}}", 400, "modules.head.env.A.value")]
    [InlineData("modules.head.env", "{\"A\":{}}", 400, "modules.head.env.A.value")]
    [InlineData("modules.head.env", "{\"A\":\"x\"}", 400, "modules.head.env.A")]
    [InlineData("modules.head.env", "{\"A\":{\"value\":\"x\",\"secret\":1}}", 400, "modules.head.env.A.secret")]
    [InlineData("modules.head.env", "{\"A+\":{\"value\":\"x\"}}", 400, "modules.head.env.A+")]
    [InlineData("modules.head.settings", null, 400)]
    [InlineData("modules.head.settings.image", null, 400)]
    [InlineData("modules.head.settings.image", "\" \"", 400)]
    [InlineData("modules.head.settings.image", "\"a b\"", 400)]
    [InlineData("modules.head.settings.createOptions", "{}", 400)]
    [InlineData("modules.head.settings.createOptions", "\"{\"", 400)]
    [InlineData("modules.head.settings.createOptions", "\"[]\"", 400)]
    [InlineData("modules.head.settings.createOptions02", "\"{}\"", 400)]
    [InlineData("modules.head.settings.createOptions1", "\"{}\"", 400)]
    [InlineData("modules.head.settings.tag", "\"x\"", 400)]
    [InlineData("routes", "{}", 400)]
    public void Section_WithAFault_NamesThePath(string path, string? value, int status, string? faultPath = null)
    {
        var section = Manifests.AgentOf(Manifests.Document);
        Manifests.Set(section, path.Replace('.', '/'), value is null ? null : JsonNode.Parse(value));
        var e = Assert.Throws<DeploymentException>(() => EdgeAgentDesired.Parse(section, Path));
        Assert.Equal(($"{Path}.{faultPath ?? path}", status), (e.Path, e.StatusCode));
    }

    [Fact]
    public void Section_ThatIsEmpty_HasAStatusOfItsOwn()
    {
        Assert.Equal(417, Assert.Throws<DeploymentException>(() => EdgeAgentDesired.Parse([])).StatusCode);
        Assert.Equal(417, Assert.Throws<DeploymentException>(() => EdgeAgentDesired.Parse(Documents.Parse("""{"$version":1}"""))).StatusCode);
    }

    [Theory]
    [InlineData("modules/backbone/startupOrder")]
    [InlineData("modules/backbone/imagePullPolicy")]
    public void Fields_OfTheNewerSchema_AreRefusedInTheOlder(string field)
    {
        var section = Manifests.AgentOf(Manifests.Document);
        section["schemaVersion"] = "1.0";
        foreach (var other in new[] { "systemModules/edgeAgent/imagePullPolicy", "systemModules/edgeHub/startupOrder", "modules/backbone/startupOrder", "modules/backbone/imagePullPolicy" }.Where(other => other != field))
        {
            Manifests.Set(section, other, null);
        }

        Assert.Equal($"{Path}.{field.Replace('/', '.')}", Assert.Throws<DeploymentException>(() => EdgeAgentDesired.Parse(section, Path)).Path);
        Manifests.Set(section, field, null);
        Assert.Equal("1.0", EdgeAgentDesired.Parse(section).SchemaVersion);
    }

    [Fact]
    public void CreateOptions_OfAnyLength_SurviveBeingCut() => Gen.Int[0, 20_000].Sample(length =>
    {
        var text = $$"""{"Cmd":["{{new string('x', length)}}"]}""";
        var json = new ModuleSettings("i", text).ToJson();
        Assert.All(json, piece => Assert.True(piece.Value!.GetValue<string>().Length <= 512));
        Assert.Equal((text.Length + 511) / 512, json.Count(piece => piece.Key.StartsWith("createOptions", StringComparison.Ordinal)));
        var module = new JsonObject { ["type"] = "docker", ["status"] = "running", ["restartPolicy"] = "never", ["settings"] = json };
        Assert.Equal(text, ModuleSpec.Parse("m", module, "").Settings.CreateOptions);
    }, iter: 100);

    [Fact]
    public void CreateOptions_AreJoinedByNumberWhateverTheirOrderAndCase()
    {
        var module = Documents.Parse("""{"type":"docker","status":"running","restartPolicy":"never","settings":{"createoptions02":"}","image":"i","CreateOptions":"{\"a\"","createOptions01":":1"}}""");
        Assert.Equal("""{"a":1}""", ModuleSpec.Parse("m", module, "").Settings.CreateOptions);
    }

    [Fact]
    public void Modules_BeyondTheLimit_AreRefused()
    {
        var section = Manifests.AgentOf(Manifests.Document);
        for (var i = 0; i < 48; i++)
        {
            section["modules"]![$"m{i}"] = section["modules"]!["head"]!.DeepClone();
        }

        Assert.Equal(50, EdgeAgentDesired.Parse(section).Modules.Count);
        section["modules"]!["more"] = section["modules"]!["head"]!.DeepClone();
        Assert.Equal($"{Path}.modules", Assert.Throws<DeploymentException>(() => EdgeAgentDesired.Parse(section, Path)).Path);
    }

    [Fact]
    public void Password_IsNotInTheTextOfACredential() => Assert.DoesNotContain("secret", new RegistryCredential("u", "secret", "r").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Words_AreTheDeployments()
    {
        Assert.Equal(["running", "stopped"], Enum.GetValues<ModuleStatus>().Select(value => value.ToWord()));
        Assert.Equal(["never", "on-failure", "on-unhealthy", "always"], Enum.GetValues<RestartPolicy>().Select(value => value.ToWord()));
        Assert.Equal(["on-create", "never"], Enum.GetValues<ImagePullPolicy>().Select(value => value.ToWord()));
    }
}
