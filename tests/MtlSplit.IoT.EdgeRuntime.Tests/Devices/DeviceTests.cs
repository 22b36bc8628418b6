using System.Diagnostics;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Testing.Hubs;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Devices;

/// <summary>The runtime's process with the hub's process and modules that are processes.</summary>
public sealed class DeviceTests
{
    private const string Device = RunningDevice.Device;

    [Fact]
    public async Task Deployment_OfAModule_RunsItAndCarriesTwinMethodAndMessages()
    {
        await using var device = await RunningDevice.StartAsync();
        var hub = device.Hub;
        var content = Manifests.Of(
            new JsonObject { ["m"] = Manifests.Module("test/module:1", mood: "good"), ["sink"] = Manifests.Module("test/module:1") },
            new JsonObject
            {
                ["up"] = "FROM /messages/modules/m/outputs/up INTO $upstream",
                ["across"] = """FROM /messages/modules/m/outputs/across INTO BrokeredEndpoint("/modules/sink/inputs/in")""",
                ["echo"] = "FROM /messages/modules/sink/outputs/echo INTO $upstream",
            });
        content["m"] = new JsonObject { ["properties.desired"] = new JsonObject { ["wish"] = 1 } };
        await hub.DeployAsync(Device, content);

        var agent = await hub.ReportedAsync(
            Device, "$edgeAgent",
            reported => reported["lastDesiredStatus"]?["code"]?.GetValue<int>() == 200 && Status(reported, "m") == "running" && Status(reported, "sink") == "running",
            "both modules run");
        Assert.Equal("running", agent["systemModules"]!["edgeHub"]!["runtimeStatus"]!.GetValue<string>());
        Assert.Equal("test/module:1", agent["modules"]!["m"]!["settings"]!["image"]!.GetValue<string>());
        var twin = await hub.ReportedAsync(Device, "m", reported => reported["seen"]?.GetValue<int>() == 1, "the module saw its desired properties");
        Assert.Equal("good", twin["mood"]!.GetValue<string>());

        await hub.SendAsync("PATCH", $"/twins/{Device}/modules/m", """{"properties":{"desired":{"wish":2}}}""");
        await hub.ReportedAsync(Device, "m", reported => reported["seen"]?.GetValue<int>() == 2, "the module saw the change");
        await CallAsync(hub, "m", "send", """{"output":"up","texts":["1","2","3"]}""");
        Assert.Equal(["1", "2", "3"], await hub.EventsAsync("m", 3));
        await CallAsync(hub, "m", "send", """{"output":"across","texts":["hello"]}""");
        Assert.Equal(["echo hello"], await hub.EventsAsync("sink", 1));
        await hub.ReportedAsync(Device, "$edgeHub", reported => reported["clients"]?[$"{Device}/m"]?["status"]?.GetValue<string>() == "Connected", "edgeHub tells who is connected");

        Assert.Equal(200, (await CallAsync(hub, "$edgeAgent", "ping", "null"))["status"]!.GetValue<int>());
        Assert.Equal(400, (await CallAsync(hub, "$edgeAgent", "fly", "null"))["status"]!.GetValue<int>());
        var logs = await CallAsync(hub, "$edgeAgent", "GetModuleLogs", """{"schemaVersion":"1.0","items":[{"id":"m","filter":{"tail":5}}],"encoding":"none","contentType":"text"}""");
        Assert.Contains("the test module runs", logs["payload"]![0]!["payload"]!.GetValue<string>(), StringComparison.Ordinal);

        var process = await device.ProcessOfAsync("m");
        await hub.DeployAsync(Device, Manifests.Of(new JsonObject { ["m"] = Manifests.Module("test/module:1", mood: "better") }));
        await hub.ReportedAsync(Device, "$edgeAgent", reported => reported["modules"]!["sink"] is null && Status(reported, "m") == "running", "one module is gone, the other made anew");
        Assert.NotEqual(process, await device.ProcessOfAsync("m"));
        await hub.ReportedAsync(Device, "m", reported => reported["mood"]?.GetValue<string>() == "better", "it has the new environment");
        Assert.DoesNotContain((await hub.SendAsync("GET", $"/devices/{Device}/modules"))!.AsArray(), module => module!["moduleId"]!.GetValue<string>() == "sink");

        device.Program.Terminate();
        Assert.Equal(0, await device.Program.ExitAsync());
        var last = await hub.ReportedAsync(Device, "$edgeAgent");
        Assert.Equal(406, last["lastDesiredStatus"]!["code"]!.GetValue<int>());
        Assert.Equal("unknown", Status(last, "m"));
    }

    [Fact]
    public async Task RestartModule_Called_GivesTheModuleANewProcessOrSaysWhyNot()
    {
        await using var device = await RunningDevice.StartAsync();
        var hub = device.Hub;
        await hub.DeployAsync(Device, Manifests.Of(new JsonObject { ["m"] = Manifests.Module("test/sleeper"), ["still"] = Manifests.Module("test/sleeper", status: "stopped") }));
        await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, "m") == "running" && Status(reported, "still") == "stopped", "the deployment is carried out");
        var before = await device.ProcessOfAsync("m");

        Assert.Equal(200, (await RestartAsync("""{"schemaVersion":"1.0","id":"m"}"""))["status"]!.GetValue<int>());

        var after = await device.ProcessOfAsync("m");
        Assert.NotEqual(before, after);
        Assert.Equal([after], device.Living());

        // Calls that are not understood are 400, those that are and cannot be done 500, as with the real agent.
        foreach (var (payload, status, names) in ((string, int, string)[])
        [
            ("""{"schemaVersion":"1.0","id":"nobody"}""", 500, "nobody"),
            ("""{"schemaVersion":"1.0","id":"still"}""", 500, "still"),
            ("""{"schemaVersion":"2.0","id":"m"}""", 500, "2.0"),
            ("""{"schemaVersion":"one","id":"m"}""", 500, "one"),
            ("""{"id":"m"}""", 400, "schemaVersion"),
            ("""{"schemaVersion":"1.0"}""", 400, "id"),
            ("""{"schemaVersion":"1.0","id":7}""", 400, ""),
            ("""["m"]""", 400, "payload"),
        ])
        {
            var answer = await RestartAsync(payload);
            Assert.Equal((payload, status), (payload, answer["status"]!.GetValue<int>()));
            Assert.Contains(names, answer["payload"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        Assert.Equal(after, await device.ProcessOfAsync("m"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RestartAsync("""{"schemaVersion":"1.1","id":"m"}""")));
        Assert.All(answers, answer => Assert.Equal(200, answer["status"]!.GetValue<int>()));
        Assert.NotEqual(after, await device.ProcessOfAsync("m"));
        Assert.Equal([await device.ProcessOfAsync("m")], device.Living());
        var reported = await hub.ReportedAsync(Device, "$edgeAgent", reported => reported["lastDesiredStatus"]?["code"]?.GetValue<int>() == 200 && Status(reported, "m") == "running", "the agent is content");
        // A person's restart is no sign of a sick module.
        Assert.Equal(0, reported["modules"]!["m"]!["restartCount"]!.GetValue<int>());

        Task<JsonNode> RestartAsync(string payload) => CallAsync(hub, "$edgeAgent", "RestartModule", payload);
    }

    [Fact]
    public async Task Runtime_ThatFindsAModulesRecordDamaged_EndsItsProcessAndSaysSo()
    {
        await using var device = await RunningDevice.StartAsync();
        var hub = device.Hub;
        await hub.DeployAsync(Device, Manifests.Of(new JsonObject { ["m"] = Manifests.Module("test/sleeper"), ["n"] = Manifests.Module("test/sleeper") }));
        await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, "m") == "running" && Status(reported, "n") == "running", "both run");
        var (lost, kept) = (await device.ProcessOfAsync("m"), await device.ProcessOfAsync("n"));
        await device.Program.KillAsync();
        await File.WriteAllTextAsync(Path.Combine(device.Data, "modules", "m", "module.json"), "{", TestContext.Current.CancellationToken);

        await device.StartRuntimeAsync();

        var reported = await hub.ReportedAsync(
            Device, "$edgeAgent", reported => Status(reported, "m") == "running" && reported["modules"]!["m"]!["statusDescription"]!.GetValue<string>().Length > 0, "the module is there again and the damage told");
        Assert.Contains($"process {lost} was ended", reported["modules"]!["m"]!["statusDescription"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("", reported["modules"]!["n"]!["statusDescription"]!.GetValue<string>());
        Assert.False(IsThere(lost));
        Assert.Equal(kept, await device.ProcessOfAsync("n"));
        Assert.Equal(2, device.Living().Count);
    }

    [Fact]
    public async Task Runtime_Killed_ComesBackToTheManifest()
    {
        await using var device = await RunningDevice.StartAsync();
        var hub = device.Hub;
        await hub.DeployAsync(Device, Manifests.Of(new JsonObject { ["stays"] = Manifests.Module("test/sleeper"), ["goes"] = Manifests.Module("test/sleeper"), ["dies"] = Manifests.Module("test/sleeper") }));
        await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, "stays") == "running" && Status(reported, "goes") == "running" && Status(reported, "dies") == "running", "all run");
        var (stays, goes, dies) = (await device.ProcessOfAsync("stays"), await device.ProcessOfAsync("goes"), await device.ProcessOfAsync("dies"));

        await device.Program.KillAsync();
        Process.GetProcessById(dies).Kill();
        await hub.DeployAsync(Device, Manifests.Of(new JsonObject { ["stays"] = Manifests.Module("test/sleeper"), ["dies"] = Manifests.Module("test/sleeper"), ["comes"] = Manifests.Module("test/sleeper") }));
        await device.StartRuntimeAsync();

        await hub.ReportedAsync(
            Device, "$edgeAgent",
            reported => reported["modules"]!["goes"] is null && Status(reported, "stays") == "running" && Status(reported, "comes") == "running" && Status(reported, "dies") == "running",
            "the device is as the manifest says");
        Assert.Equal(stays, await device.ProcessOfAsync("stays"));
        Assert.NotEqual(dies, await device.ProcessOfAsync("dies"));
        Assert.False(IsThere(goes));

        Process.GetProcessById(stays).Kill();
        await hub.ReportedAsync(Device, "$edgeAgent", reported => reported["modules"]!["stays"]!["restartCount"]!.GetValue<int>() == 1 && Status(reported, "stays") == "running", "a killed module comes back");
        Assert.NotEqual(stays, await device.ProcessOfAsync("stays"));
    }

    [Fact]
    public async Task RuntimeAndModules_KilledAtAnyMoment_ComeBackToTheManifestWithOneProcessEach()
    {
        await using var device = await RunningDevice.StartAsync();
        var random = new Random(7);
        string[] names = ["a", "b", "c"];
        for (var round = 0; round < 6; round++)
        {
            var wanted = names.Where(_ => random.Next(4) > 0).ToList();
            var modules = new JsonObject();
            wanted.ForEach(name => modules[name] = Manifests.Module("test/sleeper", mood: $"{random.Next(2)}"));
            await device.Hub.DeployAsync(Device, Manifests.Of(modules));
            // Somewhere between hearing of the deployment and having carried it out.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(400)), TimeProvider.System, TestContext.Current.CancellationToken);
            await device.Program.KillAsync();
            if (random.Next(2) == 0 && device.Living().FirstOrDefault() is var victim and > 0)
            {
                Process.GetProcessById(victim).Kill();
            }

            await device.StartRuntimeAsync();

            await device.Hub.ReportedAsync(
                Device, "$edgeAgent",
                reported => reported["lastDesiredStatus"]?["code"]?.GetValue<int>() == 200 && reported["modules"] is JsonObject there
                    && there.Select(module => module.Key).Order().SequenceEqual(wanted) && wanted.TrueForAll(name => Status(reported, name) == "running"),
                $"round {round}: {string.Join(", ", wanted)} run");
            await Expect.UntilAsync(() => device.Living().Count == wanted.Count, $"round {round}: {wanted.Count} processes, not {string.Join(", ", device.Living())}");
        }
    }

    [Fact]
    public async Task Deployment_ThatCannotBeUsed_IsReportedWhileModulesRunOn()
    {
        await using var device = await RunningDevice.StartAsync();
        var hub = device.Hub;
        await hub.DeployAsync(Device, Manifests.Of(new JsonObject { ["m"] = Manifests.Module("test/sleeper") }));
        await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, "m") == "running", "it runs");
        var process = await device.ProcessOfAsync("m");

        foreach (var (desired, code) in ((string, int)[])[("""{"schemaVersion":"2.0"}""", 412), ("""{"schemaVersion":"1.1","modules":5}""", 400)])
        {
            await hub.SendAsync("PATCH", $"/twins/{Device}/modules/$edgeAgent", $$$"""{"properties":{"desired":{{{desired}}}}}""");
            var reported = await hub.ReportedAsync(Device, "$edgeAgent", reported => reported["lastDesiredStatus"]!["code"]!.GetValue<int>() == code, $"{code} is reported");
            Assert.Equal("running", Status(reported, "m"));
            Assert.Equal(process, await device.ProcessOfAsync("m"));
        }

        await hub.DeployAsync(Device, Manifests.Of(new JsonObject { ["m"] = Manifests.Module("test/sleeper"), ["n"] = Manifests.Module("nobody/has:1") }));
        var failed = await hub.ReportedAsync(Device, "$edgeAgent", reported => reported["lastDesiredStatus"]!["code"]!.GetValue<int>() == 500, "500 is reported");
        Assert.Contains("nobody/has:1", failed["lastDesiredStatus"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(process, await device.ProcessOfAsync("m"));
    }

    [Fact]
    public async Task Hub_Away_MessagesAndReportedPropertiesWaitAndArriveInOrder()
    {
        await using var device = await RunningDevice.StartAsync();
        var hub = device.Hub;
        await hub.DeployAsync(Device, Manifests.Of(
            new JsonObject { ["m"] = Manifests.Module("test/module:1"), ["sink"] = Manifests.Module("test/module:1") },
            new JsonObject
            {
                ["across"] = """FROM /messages/modules/m/outputs/across INTO BrokeredEndpoint("/modules/sink/inputs/in")""",
                ["echo"] = "FROM /messages/modules/sink/outputs/echo INTO $upstream",
                ["up"] = "FROM /messages/modules/m/outputs/up INTO $upstream",
            }));
        await hub.ReportedAsync(Device, "m", reported => reported["pid"] is not null, "the module is connected");
        await hub.ReportedAsync(Device, "sink", reported => reported["pid"] is not null, "the other is connected");
        var before = (await hub.ReportedAsync(Device, "m"))["pid"]!.GetValue<int>();

        await hub.StopAsync();
        await device.CallOnDeviceAsync("m", "sink", "send", """{"output":"echo","texts":["a","b","c"]}""");
        Process.GetProcessById(before).Kill();
        // The new process knows nothing but what edgeHub has for it.
        await device.CallOnDeviceAsync("sink", "m", "send", """{"output":"across","texts":["d"]}""");
        await device.Program.KillAsync();
        await device.StartRuntimeAsync();
        await hub.StartAgainAsync();

        Assert.Equal(["a", "b", "c", "echo d"], (await hub.EventsAsync("sink", 4)).Distinct());
        await hub.ReportedAsync(Device, "m", reported => reported["pid"]!.GetValue<int>() != before, "what it reported meanwhile is there");
    }

    private static string? Status(JsonNode reported, string module) => reported["modules"]?[module]?["runtimeStatus"]?.GetValue<string>();

    private static bool IsThere(int process) => MtlSplit.IoT.EdgeRuntime.Running.Processes.ProcessStat.Of(process) is { Ended: false };

    private static async Task<JsonNode> CallAsync(RunningHub hub, string module, string method, string payload) =>
        (await hub.SendAsync("POST", $"/twins/{Device}/modules/{module}/methods", $$"""{"methodName":"{{method}}","payload":{{payload}},"responseTimeoutInSeconds":30,"connectTimeoutInSeconds":30}"""))!;
}
