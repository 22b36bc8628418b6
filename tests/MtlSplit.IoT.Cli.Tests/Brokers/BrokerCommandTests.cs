using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Brokers;

public sealed class BrokerCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ABroker_WritesItsAddress_ServesAndStopsInOrderOnSigterm()
    {
        await using var broker = Mtlsplit.Start("broker", "--listen", "127.0.0.1:0", "--address-file", AddressFile);
        var port = await PortAsync(broker);
        await using (var bus = Connect(port))
        {
            await Expect.WithinAsync(bus.WhenConnectedAsync(CancellationToken.None), "a client is let in");
        }

        broker.Terminate();

        Assert.Equal(0, await broker.ExitAsync());
        Assert.False(File.Exists($"{AddressFile}.tmp"));
    }

    [Fact]
    public async Task Users_OfTheSettingsFile_GetInWithTheirPasswordAlone()
    {
        var settings = Path.Combine(_folder.FullName, "users.json");
        await File.WriteAllTextAsync(settings, """{ "Broker": { "Users": [ { "Name": "ops", "Password": "right", "Role": "Service" } ] } }""", TestContext.Current.CancellationToken);
        await using var broker = Mtlsplit.Start("broker", "--listen", "127.0.0.1:0", "--address-file", AddressFile, "--settings", settings);
        var port = await PortAsync(broker);

        await using var right = Connect(port, "ops", "right");
        await Expect.WithinAsync(right.WhenConnectedAsync(CancellationToken.None), "the right password is taken");
        foreach (var (user, password) in new[] { ("ops", "wrong"), ("nobody", "right"), (null, null) })
        {
            await using var wrong = Connect(port, user, password);
            var refusal = await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(wrong.WhenConnectedAsync(CancellationToken.None), "a refusal"));
            Assert.True(refusal.IsPermanent, refusal.Message);
        }
    }

    [Fact]
    public async Task APortThatIsTaken_IsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;

        var (exit, said) = await Mtlsplit.RunAsync("broker", "--listen", address);

        Assert.Equal(1, exit);
        Assert.Contains($"The broker does not start on {address}: ", said, StringComparison.Ordinal);
        Assert.Contains("in use", said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "--certificate and --key", "--listen", "0.0.0.0:0")]
    [InlineData(1, "--key", "--listen", "127.0.0.1:0", "--certificate", "/nowhere/broker.pem")]
    [InlineData(1, "/nowhere/broker.pem", "--listen", "127.0.0.1:0", "--certificate", "/nowhere/broker.pem", "--key", "/nowhere/broker.key")]
    [InlineData(1, "--address-file /nowhere/address", "--listen", "127.0.0.1:0", "--address-file", "/nowhere/address")]
    [InlineData(2, "--listen: 'here' is not ADDRESS:PORT", "--listen", "here")]
    [InlineData(2, "--listen: '127.0.0.1:70000' is not ADDRESS:PORT", "--listen", "127.0.0.1:70000")]
    [InlineData(2, "--settings: there is no file /nowhere/users.json", "--settings", "/nowhere/users.json")]
    public async Task WhatCannotBe_IsRefused_NamingTheFlag(int code, string complaint, params string[] args)
    {
        var (exit, said) = await Mtlsplit.RunAsync(["broker", .. args]);

        Assert.Equal(code, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Users": [ { "Name": "ops", "Password": "p", "Role": "King" } ] }""", "'King' at 'Broker:Users:0:Role'")]
    [InlineData("""{ "Users": [ { "User": "ops", "Password": "p" } ] }""", "error: There is no setting 'Broker:Users:0:User'")]
    [InlineData("""{ "Usres": [ { "Name": "ops", "Password": "p" } ] }""", "error: There is no setting 'Broker:Usres'")]
    [InlineData("""{ "Users": [ { "Name": "ops" } ] }""", "no password for 'ops'")]
    [InlineData("""{ "HoldLimit": "-00:00:05" }""", "Broker:HoldLimit")]
    [InlineData("""{ "GroupMaxBytes": -5 }""", "Broker:GroupMaxBytes")]
    public async Task ASettingsFileThatDoesNotReadToItsEnd_LeavesNoBrokerThatLetsEverybodyIn(string broker, string named)
    {
        var settings = Path.Combine(_folder.FullName, "broker.json");
        await File.WriteAllTextAsync(settings, $$"""{ "Broker": {{broker}} }""", TestContext.Current.CancellationToken);

        var (exit, said) = await Mtlsplit.RunAsync("broker", "--listen", "127.0.0.1:0", "--settings", settings);

        Assert.NotEqual(0, exit);
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private string AddressFile => Path.Combine(_folder.FullName, "address");

    private static BusConnection Connect(int port, string? user = null, string? password = null)
    {
        var options = new BusOptions { Port = port, ClientId = $"test-{Guid.NewGuid():N}", Username = user, Password = password };
        var bus = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        return bus;
    }

    private async Task<int> PortAsync(ProgramUnderTest broker)
    {
        await Expect.UntilAsync(() => File.Exists(AddressFile), $"the address file is there; the broker said: {broker.Log}");
        Assert.True(IPEndPoint.TryParse(await File.ReadAllTextAsync(AddressFile), out var address));
        Assert.Equal(IPAddress.Loopback, address.Address);
        return address.Port;
    }
}
