using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Connecting;
using MtlSplit.IoT.DevHub.Storing;
using MtlSplit.IoT.DevHub.Tests.Registry;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Connecting;

/// <summary>The limits of tier S1, a second's worth of burst, as devices and modules meet them; the gateway makes their status 429 of the exception.</summary>
public sealed class HubBackendTests : IDisposable
{
    private static readonly HubIdentity Module = new("d", "m");

    private readonly Hubs _hub = new();
    private readonly EventTail _events;
    private readonly HubBackend _backend;
    private readonly string _key;

    public HubBackendTests()
    {
        _hub.Device("d", edge: true);
        _key = _hub.Put(Module).Identity.Authentication.PrimaryKey!;
        _events = new EventTail(_hub.Time);
        var proof = new ClientProof(AccessPolicies.LoadOrCreate(_hub.Database), new HubHosts(["hub.test"]), new DeviceAuthorities([]), _hub.Time);
        var throttle = new HubThrottle(new ThrottlingOptions { Tier = HubTier.S1, Burst = TimeSpan.FromSeconds(1) }, _hub.Time, NullLogger<HubThrottle>.Instance);
        _backend = new HubBackend(_hub.Registry, proof, _events, new SessionTable(_hub.Database), throttle, NullLogger<HubBackend>.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task TwinReads_AboveTheLimit_AreRefused_UntilTheNextIsFree() => await AboveAsync(100, async () => await _backend.GetTwinAsync(Module, Ct));

    [Fact]
    public async Task TwinUpdates_AboveTheLimit_AreRefused_AndChangeNothing()
    {
        var n = 0;

        await AboveAsync(50, async () => await _backend.PatchReportedAsync(Module, new JsonObject { ["n"] = ++n }, Ct));

        // 53 were asked for; two of them were refused, and the section's version began with 1.
        Assert.Equal(53, n);
        Assert.Equal(52, _hub.Registry.State.Find(Module)!.Twin.Reported.Version);
    }

    [Fact]
    public async Task Connections_AboveTheLimit_AreToldToComeLater_AndBadOnesUseNothingUp()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(ConnectRefusal.NotAuthorised, (await ConnectAsync("another key")).Refusal);
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Null((await ConnectAsync(_key)).Refusal);
        }

        Assert.Equal(ConnectRefusal.Unavailable, (await ConnectAsync(_key)).Refusal);
        _hub.Time.Advance(TimeSpan.FromMilliseconds(11));
        Assert.Null((await ConnectAsync(_key)).Refusal);
    }

    [Fact]
    public async Task Messages_AboveTheLimit_WaitForTheirTurn_AndAreAllTaken()
    {
        var sends = Enumerable.Range(0, 120).Select(_ => _backend.AcceptTelemetryAsync(Module, new HubMessage { Body = "x"u8.ToArray() }, Ct).AsTask()).ToList();
        Assert.Equal(100, sends.Count(send => send.IsCompletedSuccessfully));
        Assert.Equal(100, (await _events.ReadAsync(0, 1000, TimeSpan.Zero, Ct)).Count);

        await Expect.UntilAsync(
            () =>
            {
                _hub.Time.Advance(TimeSpan.FromMilliseconds(50));
                return sends.TrueForAll(send => send.IsCompleted);
            },
            "every message is taken");

        await Task.WhenAll(sends);
        Assert.Equal(120, (await _events.ReadAsync(0, 1000, TimeSpan.Zero, Ct)).Count);
    }

    private async Task AboveAsync(int burst, Func<Task> ask)
    {
        for (var i = 0; i < burst; i++)
        {
            await ask();
        }

        Assert.Equal(HubErrors.ThrottlingException, (await Assert.ThrowsAsync<HubException>(ask)).Code);
        _hub.Time.Advance(TimeSpan.FromSeconds(1.0 / burst) + TimeSpan.FromMilliseconds(1));
        await ask();
        Assert.Equal(HubErrors.ThrottlingException, (await Assert.ThrowsAsync<HubException>(ask)).Code);
    }

    private ValueTask<ConnectDecision> ConnectAsync(string key)
    {
        var bytes = key == _key ? Convert.FromBase64String(key) : System.Text.Encoding.UTF8.GetBytes(key);
        var token = SasToken.Create(SasToken.ResourceOf("hub.test", Module), bytes, _hub.Time.GetUtcNow().AddMinutes(10));
        return _backend.AuthenticateAsync(new ConnectRequest(Module.ClientId, new MqttUsername("hub.test", Module, "2021-04-12", null), token.ToString(), null, "test"), Ct);
    }
}
