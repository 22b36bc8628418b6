using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Devices;

/// <summary><c>mtlsplit device</c> before the hub's own process.</summary>
public sealed class DeviceCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-device-");
    private ProgramUnderTest? _hub;
    private string _connection = "";
    private string _authority = "";
    private JsonNode? _at;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var ready = Path.Combine(_folder.FullName, "ready.json");
        _hub = Mtlsplit.Start("hub", "--data", Path.Combine(_folder.FullName, "hub"), "--https-port", "0", "--mqtt-port", "0", "--ready-file", ready);
        await Expect.UntilAsync(() => File.Exists(ready) && new FileInfo(ready).Length > 0, $"the hub is ready; it said: {_hub.Log}", TimeSpan.FromMinutes(1));
        _at = JsonNode.Parse(await File.ReadAllTextAsync(ready, Ct))!;
        _authority = _at["authority"]!.GetValue<string>();
        _connection = (await File.ReadAllTextAsync(_at["connectionStringFile"]!.GetValue<string>(), Ct)).Trim()
            .Replace("HostName=localhost;", $"HostName=localhost:{_at["httpsPort"]!.GetValue<int>()};", StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _hub!.Terminate();
        await _hub.ExitAsync();
        await _hub.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Device_IsRegistered_Shown_Tagged_Listed_AndRemoved()
    {
        var (created, said) = await RunAsync("create", "vehicle-7", "--tag", "ring=canary", "--tag", "place.country=nl");
        Assert.True(created == 0, said);
        Assert.Equal("vehicle-7 is registered as an edge device, ring=canary, place.country=nl", said.Trim());
        await JsonAsync("create", "vehicle-8", "--tag", "ring=early", "--json");
        var leaf = await JsonAsync("create", "thermometer", "--leaf", "--json");
        Assert.Equal("""{"id":"thermometer","edge":false,"enabled":true,"connected":false,"tags":{},"deployments":[]}""", leaf.ToJsonString());

        var shown = await JsonAsync("show", "vehicle-7", "--json");
        Assert.Equal("""{"ring":"canary","place":{"country":"nl"}}""", shown["tags"]!.ToJsonString());
        Assert.True(shown["edge"]!.GetValue<bool>());
        Assert.Null(shown["connectionString"]);

        Assert.Equal(["thermometer", "vehicle-7", "vehicle-8"], await IdsAsync());
        Assert.Equal(["vehicle-7"], await IdsAsync("--tag", "ring=canary"));
        Assert.Equal(["vehicle-7"], await IdsAsync("--tag", "ring=canary", "--tag", "place.country=nl"));
        Assert.Equal(["thermometer"], await IdsAsync("--tag", "ring="));
        Assert.Empty(await IdsAsync("--tag", "ring=o'hara"));

        Assert.Equal("vehicle-7: ring=early, place.country=nl", (await RunAsync("tag", "vehicle-7", "--tag", "ring=early")).Said.Trim());
        Assert.Equal("vehicle-7: ring=early", (await RunAsync("tag", "vehicle-7", "--tag", "place.country=")).Said.Trim().Replace(", place=", "", StringComparison.Ordinal));
        Assert.Equal(["vehicle-7", "vehicle-8"], await IdsAsync("--tag", "ring=early"));

        var (listed, table) = await RunAsync("list");
        Assert.Equal(0, listed);
        Assert.Contains("ring=early", table, StringComparison.Ordinal);
        Assert.Contains("3 devices", table, StringComparison.Ordinal);

        Assert.Equal((0, "vehicle-7 is removed"), await SaidAsync("delete", "vehicle-7"));
        Assert.Equal(["thermometer", "vehicle-8"], await IdsAsync());
        var (again, gone) = await RunAsync("delete", "vehicle-7");
        Assert.Equal(1, again);
        Assert.Contains("DeviceNotFound", gone, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionString_ComesOnlyWhereItIsAskedFor_AndLetsTheDeviceIn()
    {
        var file = Path.Combine(_folder.FullName, "vehicle.connection");
        var (created, said) = await RunAsync("create", "vehicle-7", "--connection-file", file);

        Assert.True(created == 0, said);
        Assert.DoesNotContain("SharedAccessKey", said, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), "Others may read it.");
        var text = (await File.ReadAllTextAsync(file, Ct)).Trim();
        Assert.StartsWith("HostName=localhost;DeviceId=vehicle-7;SharedAccessKey=", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SharedAccessKey", (await RunAsync("show", "vehicle-7")).Said, StringComparison.Ordinal);
        Assert.Equal(text, (await RunAsync("show", "vehicle-7", "--connection-string")).Said.Trim().Split('\n')[^1]);
        Assert.Equal(text, (await JsonAsync("show", "vehicle-7", "--connection-string", "--json"))["connectionString"]!.GetValue<string>());

        await using var edge = Mtlsplit.Start(
            "edge", "--device", "vehicle-7", "--connection-string", file, "--data", Path.Combine(_folder.FullName, "edge"), "--hub-ca", _authority, "--mqtt-port", "0", "--https-port", "0",
            "--hub-mqtt-port", $"{_at!["mqttPort"]}", "--hub-https-port", $"{_at["httpsPort"]}", "--ready-file", Path.Combine(_folder.FullName, "edge.json"));
        await Expect.UntilAsync(() => File.Exists(Path.Combine(_folder.FullName, "edge.json")), $"the device runs; it said: {edge.Log}", TimeSpan.FromMinutes(1));
        edge.Terminate();
        Assert.Equal(0, await edge.ExitAsync());
    }

    [Theory]
    [InlineData(2, "'a b' is no device id", "create", "a b")]
    [InlineData(2, "--tag 'ring' is no tag", "create", "a", "--tag", "ring")]
    [InlineData(2, "--tag names 'ring' twice", "create", "a", "--tag", "ring=a", "--tag", "ring=b")]
    [InlineData(2, "--tag", "tag", "a")]
    [InlineData(1, "nobody", "show", "nobody")]
    [InlineData(1, "DeviceNotFound", "tag", "nobody", "--tag", "a=b")]
    public async Task WhatCannotBeDone_IsNamed(int code, string complaint, params string[] args)
    {
        var (exit, said) = await RunAsync(args);

        Assert.Equal(code, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_OfAnIdThatIsThere_IsRefused_AndKeepsItsKey()
    {
        var first = await JsonAsync("create", "vehicle-7", "--connection-string", "--json");

        var (again, said) = await RunAsync("create", "vehicle-7", "--tag", "ring=canary");

        Assert.Equal(1, again);
        Assert.Contains("vehicle-7 is registered already", said, StringComparison.Ordinal);
        var now = await JsonAsync("show", "vehicle-7", "--connection-string", "--json");
        Assert.Equal(first.ToJsonString(), now.ToJsonString());

        var (hub, nobody) = await Mtlsplit.RunAsync("device", "list");
        Assert.Equal(2, hub);
        Assert.Contains("MTLSPLIT_HUB", nobody, StringComparison.Ordinal);
        var (untrusted, named) = await Mtlsplit.RunAsync("device", "list", "--hub", _connection);
        Assert.Equal(1, untrusted);
        Assert.Contains("--hub-ca", named, StringComparison.Ordinal);
        var (unread, file) = await Mtlsplit.RunAsync("device", "list", "--hub", _connection, "--hub-ca", "nowhere.pem");
        Assert.Equal(2, unread);
        Assert.Contains("nowhere.pem", file, StringComparison.Ordinal);
    }

    private ProgramUnderTest Start(string[] args) => Mtlsplit.Start(new Dictionary<string, string> { ["MTLSPLIT_HUB"] = _connection }, ["device", .. args, "--hub-ca", _authority]);

    private async Task<(int Exit, string Said)> RunAsync(params string[] args)
    {
        await using var program = Start(args);
        return (await program.ExitAsync(), program.Log);
    }

    private async Task<(int Exit, string Said)> SaidAsync(params string[] args)
    {
        var (exit, said) = await RunAsync(args);
        return (exit, said.Trim());
    }

    private async Task<JsonNode> JsonAsync(params string[] args)
    {
        await using var program = Start(args);
        Assert.True(await program.ExitAsync() == 0, program.Log);
        return JsonNode.Parse(program.Output)!;
    }

    private async Task<List<string>> IdsAsync(params string[] args)
    {
        await using var program = Start(["list", .. args, "--json"]);
        Assert.True(await program.ExitAsync() == 0, program.Log);
        return [.. program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => JsonNode.Parse(line)!["id"]!.GetValue<string>())];
    }
}
