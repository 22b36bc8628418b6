using System.Runtime.Versioning;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Hubs;
using MtlSplit.IoT.Testing.Processes;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Running;

/// <summary>The hub's process.</summary>
public sealed class DevHubTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-devhub-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Hub_KilledAndStartedAgain_IsWhereItWas()
    {
        string connection;
        string twin;
        await using (var hub = await RunningHub.StartAsync(_folder.FullName))
        {
            connection = hub.ConnectionString;
            await hub.TrySendAsync("PUT", "/devices/d", """{"capabilities":{"iotEdge":true}}""");
            await hub.TrySendAsync("PUT", "/devices/d/modules/m", "{}");
            var (status, body) = await hub.TrySendAsync("PATCH", "/twins/d/modules/m", """{"tags":{"t":1},"properties":{"desired":{"a":{"b":1}}}}""");
            Assert.Equal(200, status);
            twin = body!.ToJsonString();
            await hub.Program.KillAsync();
        }

        await using var again = await RunningHub.StartAsync(_folder.FullName);

        Assert.Equal(connection, again.ConnectionString);
        Assert.Equal(twin, (await again.TrySendAsync("GET", "/twins/d/modules/m")).Body!.ToJsonString());
        Assert.Equal(3, (await again.TrySendAsync("GET", "/devices/d/modules")).Body!.AsArray().Count);
        again.Program.Terminate();
        Assert.Equal(0, await again.Program.ExitAsync());
    }

    [Fact]
    public async Task Hub_WithARequestThatWaits_StopsAllTheSame()
    {
        await using var hub = await RunningHub.StartAsync(_folder.FullName);
        // The connection of this one carries the next, which is under way while a third one shakes hands for a connection of its own.
        Assert.Equal(200, (await hub.TrySendAsync("GET", "/devices")).Status);
        var waiting = hub.TrySendAsync("GET", "/devhub/events?wait=30");
        Assert.Equal(200, (await hub.TrySendAsync("GET", "/devices")).Status);

        hub.Program.Terminate();

        Assert.Equal(0, await hub.Program.ExitAsync());
        Assert.Equal(503, (await waiting).Status);
        Assert.DoesNotContain("failed", hub.Program.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_ThatStops_LeavesItsAuthorityAsItWas()
    {
        string authority;
        await using (var hub = await RunningHub.StartAsync(_folder.FullName))
        {
            authority = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "ca.pem"), TestContext.Current.CancellationToken);
            hub.Program.Interrupt();
            Assert.Equal(0, await hub.Program.ExitAsync());
        }

        await using var again = await RunningHub.StartAsync(_folder.FullName);

        Assert.Equal(authority, await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "ca.pem"), TestContext.Current.CancellationToken));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Keys_AreInFilesOfTheOwnerAlone_AndInNoLog()
    {
        await using var hub = await RunningHub.StartAsync(_folder.FullName);
        await hub.TrySendAsync("GET", "/devices");

        foreach (var policy in (string[])["iothubowner", "service", "registryRead", "registryReadWrite", "device"])
        {
            var file = Path.Combine(_folder.FullName, $"{policy}.connection");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            var key = HubConnectionString.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).SharedAccessKey!;
            Assert.DoesNotContain(key, hub.Program.Log, StringComparison.Ordinal);
        }

        Assert.Contains("iothubowner.connection", hub.Program.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondHub_OnTheSameFolder_SaysWhoHasIt()
    {
        await using var hub = await RunningHub.StartAsync(_folder.FullName);

        var (exit, said) = await RunAsync("--data", _folder.FullName);

        Assert.Equal(1, exit);
        Assert.Contains("hub.db is in use by another process", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_ThatIsTaken_IsNamed()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var (exit, said) = await RunAsync("--data", _folder.FullName, "--https-port", $"{port}", "--mqtt-port", "0");

        Assert.Equal(1, exit);
        Assert.Contains($"127.0.0.1:{port}", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--https-port: '70000' is not a port", "--https-port", "70000")]
    [InlineData(2, "Hub:Name", "--name", "not a name")]
    [InlineData(1, "'nowhere' is not an IP address", "--address", "nowhere")]
    [InlineData(1, "nobody.pem", "--device-authority", "nobody.pem")]
    [InlineData(2, "--wings", "--wings")]
    public async Task Setting_ThatIsWrong_IsNamed(int code, string complaint, params string[] args)
    {
        var (exit, said) = await RunAsync([.. args, "--data", _folder.FullName]);

        Assert.Equal(code, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Said)> RunAsync(params IReadOnlyList<string> args)
    {
        await using var program = ProgramUnderTest.Start("MtlSplit.IoT.DevHub", ["hub", .. args]);
        return (await program.ExitAsync(), program.Log);
    }
}
