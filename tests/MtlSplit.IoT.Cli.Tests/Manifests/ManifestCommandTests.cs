using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Manifests;

/// <summary><c>mtlsplit manifest</c> on the manifests that are committed, and on spoiled copies of them.</summary>
public sealed class ManifestCommandTests : IDisposable
{
    private static readonly string Manifests = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(CommittedBundle.Folder)))!, "deployment-manifests");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-manifest-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task CommittedManifests_AreValid()
    {
        var files = Directory.GetFiles(Manifests, "*.json");
        Assert.True(files.Length >= 4, "The manifests are elsewhere; this test looks at nothing.");

        var (exit, said) = await Mtlsplit.RunAsync(["manifest", "validate", .. files]);

        Assert.True(exit == 0, said);
        Assert.All(files, file => Assert.Contains(file, said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("content.modulesContent.$edgeAgent.properties¨desired.modules.backbone.restartPolicy", "\"sometimes\"", "modules.backbone.restartPolicy")]
    [InlineData("content.modulesContent.$edgeAgent.properties¨desired.modules.backbone.colour", "1", "modules.backbone.colour")]
    [InlineData("content.modulesContent.$edgeAgent.properties¨desired.schemaVersion", "\"2.0\"", "schemaVersion")]
    [InlineData("content.modulesContent.$edgeHub.properties¨desired.routes.telemetry.route", "\"FROM nowhere to INTO\"", "routes.telemetry")]
    [InlineData("content.modulesContent.backbone.properties¨desired.broker.port", "70000", "backbone.properties.desired.broker.port")]
    [InlineData("content.modulesContent.backbone.properties¨desired.bundle", "{\"source\":\"x\"}", "backbone.properties.desired.bundle")]
    [InlineData("content.modulesContent.backbone.properties¨desired.colour", "1", "backbone.properties.desired.colour")]
    [InlineData("content.modules", "{}", "modules")]
    [InlineData("priority", "-1", "priority")]
    [InlineData("id", "\"Has Spaces\"", "id")]
    [InlineData("surprise", "1", "surprise")]
    public async Task SpoiledManifest_IsRefused_NamingFileAndPath(string place, string value, string named)
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Manifests, "base.json"), TestContext.Current.CancellationToken))!;
        var steps = place.Split('.').Select(step => step.Replace('¨', '.')).ToArray();
        var at = steps[..^1].Aggregate(document, (node, step) => node[step]!);
        at[steps[^1]] = JsonNode.Parse(value);
        var file = Path.Combine(_folder.FullName, "spoiled.json");
        await File.WriteAllTextAsync(file, document.ToJsonString(), TestContext.Current.CancellationToken);

        var (exit, said) = await Mtlsplit.RunAsync("manifest", "validate", file);

        Assert.Equal(1, exit);
        Assert.StartsWith($"error: {file}: ", said, StringComparison.Ordinal);
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{\"a\":1,\"a\":2}", "a")]
    public async Task WhatIsNoManifest_IsRefused(string text, string named)
    {
        var file = Path.Combine(_folder.FullName, "none.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        var (exit, said) = await Mtlsplit.RunAsync("manifest", "validate", file, Path.Combine(_folder.FullName, "missing.json"));

        Assert.Equal(1, exit);
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.Contains("missing.json", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_TellsEveryPath_AlsoAsJson()
    {
        var changes = await Mtlsplit.JsonAsync("manifest", "diff", Path.Combine(Manifests, "backbone.json"), Path.Combine(Manifests, "backbone.canary.json"), "--json");
        var (exit, said) = await Mtlsplit.RunAsync("manifest", "diff", Path.Combine(Manifests, "base.json"), Path.Combine(Manifests, "base.json"));

        Assert.Equal(["id", "priority", "targetCondition", "labels.ring"], changes.AsArray().Select(change => change!["path"]!.GetValue<string>()));
        Assert.Equal("backbone-canary", changes[0]!["after"]!.GetValue<string>());
        Assert.Equal((0, "no difference"), (exit, said.Trim()));
    }

    [Fact]
    public async Task Render_WaitsForEveryConsumersHead_AndThenWritesWhatTheModuleReads()
    {
        using var old = TinyBundle.Create();
        using var next = TinyBundle.Create(seed: 2);
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        var data = _folder.CreateSubdirectory("data").FullName;
        await using var size = Consumer(broker, old, data, "object_size");
        await using var shape = Consumer(broker, old, data, "object_shape");
        await size.SaysAsync("Answering");
        await shape.SaysAsync("Answering");
        var output = Path.Combine(_folder.FullName, "canary.json");
        var bundles = Path.Combine(_folder.FullName, "bundles");
        string[] render =
        [
            "manifest", "render", "--template", Path.Combine(Manifests, "backbone.canary.json"), "--bundle", next.Folder, "--source", "https://hub.example/bundles/",
            "--fleet", "north", "--broker", $"127.0.0.1:{broker.Port}", "--out", output,
        ];

        var (refused, why) = await Mtlsplit.RunAsync(render);
        Assert.True(refused == 3, why);
        Assert.Contains($"task object_size: consumer c has no warm head for {next.Bundle.Contract.ShortForm}", why, StringComparison.Ordinal);
        Assert.Contains($"task object_shape: consumer c has no warm head for {next.Bundle.Contract.ShortForm}", why, StringComparison.Ordinal);
        Assert.False(File.Exists(output), "A refused manifest was written.");

        var (published, said) = await Mtlsplit.RunAsync("bundle", "publish", next.Folder, "--data", data, "--bundles", bundles, "--fleet", "north", "--broker", $"127.0.0.1:{broker.Port}");
        Assert.True(published == 0, said);
        var (done, saidToo) = await Mtlsplit.RunAsync([.. render, "--wait", "30"]);
        Assert.True(done == 0, saidToo);

        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken))!;
        Assert.Equal("backbone-canary-r" + next.Bundle.Manifest.ReleaseCounter, manifest["id"]!.GetValue<string>());
        var target = manifest["content"]!["modulesContent"]!["backbone"]!["properties.desired.bundle"]!;
        Assert.Equal(next.Bundle.Digest, target["digest"]!.GetValue<string>());
        Assert.Equal(next.Bundle.Contract.ToString(), target["contract"]!.GetValue<string>());
        Assert.Equal($"https://hub.example/bundles/{next.Bundle.Digest}.mtlbundle", target["source"]!.GetValue<string>());
        Assert.Equal([Path.Combine(bundles, $"{next.Bundle.Digest}.mtlbundle")], Directory.GetFiles(bundles));
        var (valid, fault) = await Mtlsplit.RunAsync("manifest", "validate", output);
        Assert.True(valid == 0, fault);
    }

    [Fact]
    public async Task Render_WithABrokerThatIsNotThere_SaysSo_AndWritesNothing()
    {
        using var bundle = TinyBundle.Create();
        var output = Path.Combine(_folder.FullName, "out.json");

        var (exit, said) = await Mtlsplit.RunAsync(
            "manifest", "render", "--template", Path.Combine(Manifests, "backbone.json"), "--bundle", bundle.Folder, "--source", "ftp://hub.example/b.zip", "--fleet", "north", "--out", output);

        Assert.Equal(1, exit);
        Assert.Contains("bundle.source", said, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Theory]
    [InlineData("HostName=hub.example;DeviceId=a;SharedAccessKey=AAAA", "SharedAccessKeyName")]
    [InlineData("nonsense", "--hub")]
    public async Task Apply_WithoutAPolicysKey_IsRefused(string hub, string named)
    {
        var (exit, said) = await Mtlsplit.RunAsync("manifest", "apply", Path.Combine(Manifests, "base.json"), "--hub", hub);

        Assert.Equal(2, exit);
        Assert.Contains(named, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_ToAHub_CreatesTheDeploymentOnce_AndSaysWhatTheHubRefuses()
    {
        var ready = Path.Combine(_folder.FullName, "ready.json");
        var data = Path.Combine(_folder.FullName, "hub");
        await using var hub = Mtlsplit.Start("hub", "--data", data, "--https-port", "0", "--mqtt-port", "0", "--ready-file", ready);
        try
        {
            await Expect.UntilAsync(() => File.Exists(ready) && new FileInfo(ready).Length > 0, $"the hub is ready; it said: {hub.Log}", TimeSpan.FromMinutes(1));
            var at = JsonNode.Parse(await File.ReadAllTextAsync(ready, TestContext.Current.CancellationToken))!;
            var connection = (await File.ReadAllTextAsync(at["connectionStringFile"]!.GetValue<string>(), TestContext.Current.CancellationToken)).Trim()
                .Replace("HostName=localhost;", $"HostName=localhost:{at["httpsPort"]!.GetValue<int>()};", StringComparison.Ordinal);
            string[] trust = ["--hub", connection, "--hub-ca", at["authority"]!.GetValue<string>()];
            var manifest = Path.Combine(Manifests, "base.json");

            var (created, said) = await Mtlsplit.RunAsync(["manifest", "apply", manifest, .. trust]);
            var (again, _) = await Mtlsplit.RunAsync(["manifest", "apply", manifest, .. trust]);
            Assert.True(created == 0, said);
            Assert.Equal(0, again);

            var other = Path.Combine(_folder.FullName, "other.json");
            await File.WriteAllTextAsync(other, (await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken)).Replace("\"north\"", "\"south\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var (changed, why) = await Mtlsplit.RunAsync(["manifest", "apply", other, .. trust]);
            Assert.Equal(1, changed);
            Assert.Contains("409", why, StringComparison.Ordinal);

            var (unknown, whoIsThat) = await Mtlsplit.RunAsync(["manifest", "apply", manifest, "--device", "nobody", .. trust]);
            Assert.Equal(1, unknown);
            Assert.Contains("DeviceNotFound", whoIsThat, StringComparison.Ordinal);

            var (untrusted, named) = await Mtlsplit.RunAsync("manifest", "apply", manifest, "--hub", connection);
            Assert.Equal(1, untrusted);
            Assert.Contains("--hub-ca", named, StringComparison.Ordinal);
        }
        finally
        {
            // The hub is a process of its own behind the command, which passes on that it shall end.
            hub.Terminate();
            Assert.Equal(0, await hub.ExitAsync());
        }
    }

    private static ProgramUnderTest Consumer(EmbeddedBroker broker, TinyBundle bundle, string data, string task) => ProgramUnderTest.Start(
        Path.Combine("..", "..", "MtlSplit.IoT.HeadConsumer", new DirectoryInfo(AppContext.BaseDirectory).Name, "MtlSplit.IoT.HeadConsumer"),
        "--fleet", "north", "--task", task, "--consumer", "c", "--broker", $"127.0.0.1:{broker.Port}", "--models", bundle.ModelsFolder, "--data", data);
}
