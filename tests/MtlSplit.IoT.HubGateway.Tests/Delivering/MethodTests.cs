using System.Text.Json.Nodes;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Delivering;

public sealed class MethodTests
{
    private const string Calls = "$iothub/methods/POST/#";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Method_OfAClientThatAnswers_GivesItsResult()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Calls, 0));
        var calling = bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go", new JsonObject { ["far"] = 3 }), Token).AsTask();

        var call = await raw.NextAsync(PacketKind.Publish);
        Assert.StartsWith("$iothub/methods/POST/go/?$rid=", call.Topic, StringComparison.Ordinal);
        Assert.Equal("""{"far":3}""", call.Payload);
        await raw.PublishAsync($"$iothub/methods/res/201/?$rid={Rid(call)}", """{"gone":true}""");

        var result = await Expect.WithinAsync(calling, "the method's result");
        Assert.Equal((201, """{"gone":true}"""), (result.Status, result.Payload!.ToJsonString()));
        Assert.Equal(1, bench.Gateway.Statistics.MethodCalls);
    }

    [Fact]
    public async Task Method_WithoutPayload_HasABodyAllTheSame_AndMayBeAnsweredWithout()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Calls, 0));
        var calling = bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go"), Token).AsTask();
        var call = await raw.NextAsync(PacketKind.Publish);
        await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(call)}", "", id: 3);

        Assert.Equal("null", call.Payload);
        Assert.Equal(3, (await raw.NextAsync(PacketKind.PubAck)).Id);
        Assert.Equal(new MethodResult(200), await Expect.WithinAsync(calling, "the method's result"));
    }

    [Fact]
    public async Task Methods_AnsweredInAnyOrder_EachGetTheirOwnResult()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Calls, 0));
        List<Task<MethodResult>> calling = [];
        List<ServerPacket> calls = [];
        for (var i = 0; i < 10; i++)
        {
            calling.Add(bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go", i), Token).AsTask());
            calls.Add(await raw.NextAsync(PacketKind.Publish));
        }

        foreach (var call in Enumerable.Reverse(calls))
        {
            await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(call)}", call.Payload);
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i, (int)(await Expect.WithinAsync(calling[i], $"result {i}")).Payload!);
        }
    }

    [Fact]
    public async Task Method_WhileTheHubIsBusyWithTheClientsMessages_IsAnsweredAllTheSame()
    {
        await using var bench = await GatewayBench.StartAsync();
        var gate = new TaskCompletionSource();
        bench.Backend.OnTelemetry = async (_, ct) => await gate.Task.WaitAsync(ct);
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Calls, 0));
        await raw.PublishAsync(GatewayBench.Telemetry, "x", id: 1);
        var calling = bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go"), Token).AsTask();
        await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(await raw.NextAsync(PacketKind.Publish))}", "");

        Assert.Equal(200, (await Expect.WithinAsync(calling, "the method's result")).Status);
        gate.SetResult();
    }

    [Fact]
    public async Task Method_OfAClientThatIsNotThere_OrDoesNotListen_FailsAtOnce()
    {
        await using var bench = await GatewayBench.StartAsync();
        Assert.Equal(HubErrors.DeviceNotOnline, (await FailsAsync(bench, new MethodRequest("go"))).Code);
        await using var raw = await bench.ConnectAsync();
        Assert.Equal(HubErrors.DeviceNotOnline, (await FailsAsync(bench, new MethodRequest("go"))).Code);
        Assert.Equal(2, bench.Gateway.Statistics.MethodsUnreachable);
    }

    [Fact]
    public async Task Method_WithTimeToConnect_WaitsForTheClientToComeAndSubscribe()
    {
        await using var bench = await GatewayBench.StartAsync();
        var calling = bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go", null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)), Token).AsTask();
        await using var raw = await bench.ConnectAsync();
        await raw.PingAsync();
        Assert.False(calling.IsCompleted);
        await raw.SubscribeAsync((Calls, 0));
        await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(await raw.NextAsync(PacketKind.Publish))}", "");

        Assert.Equal(200, (await Expect.WithinAsync(calling, "the method's result")).Status);
    }

    [Fact]
    public async Task Method_OfAClientThatNeverComes_FailsWhenTheTimeToConnectIsUp()
    {
        await using var bench = await GatewayBench.StartAsync();
        var calling = FailsAsync(bench, new MethodRequest("go", null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20)));
        await bench.PassUntilAsync(() => calling.IsCompleted, "the call fails");

        Assert.Equal(HubErrors.DeviceNotOnline, (await calling).Code);
    }

    [Fact]
    public async Task Method_ThatIsNeverAnswered_TimesOut()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync(keepAlive: 0);
        await raw.SubscribeAsync((Calls, 0));
        var calling = FailsAsync(bench, new MethodRequest("go", null, TimeSpan.FromSeconds(5), TimeSpan.Zero));
        var call = await raw.NextAsync(PacketKind.Publish);
        await bench.PassUntilAsync(() => calling.IsCompleted, "the call fails");

        Assert.Equal(HubErrors.GatewayTimeout, (await calling).Code);
        Assert.Equal(1, bench.Gateway.Statistics.MethodTimeouts);

        // Late is as good as never, and harmless.
        await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(call)}", "");
        await raw.PingAsync();
    }

    [Fact]
    public async Task Method_WhoseResultComesOverANewConnection_GivesItsResult()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync(clean: false);
        await raw.SubscribeAsync((Calls, 0));
        var calling = bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go"), Token).AsTask();
        var call = await raw.NextAsync(PacketKind.Publish);
        await raw.DisposeAsync();
        await using var again = await bench.ConnectAsync(clean: false);
        await again.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(call).ToUpperInvariant()}", "");

        Assert.Equal(200, (await Expect.WithinAsync(calling, "the method's result")).Status);
    }

    [Fact]
    public async Task Result_OfAnotherClient_IsPassedOver()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await using var other = await bench.ConnectAsync("d1/other");
        await raw.SubscribeAsync((Calls, 0));
        var calling = bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go"), Token).AsTask();
        var call = await raw.NextAsync(PacketKind.Publish);
        await other.PublishAsync($"$iothub/methods/res/500/?$rid={Rid(call)}", "");
        await other.PingAsync();
        Assert.False(calling.IsCompleted);
        await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(call)}", "");

        Assert.Equal(200, (await Expect.WithinAsync(calling, "the method's result")).Status);
    }

    [Fact]
    public async Task Result_ThatIsNoJson_FailsTheCallAndTheConnectionStays()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Calls, 0));
        var calling = FailsAsync(bench, new MethodRequest("go"));
        await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(await raw.NextAsync(PacketKind.Publish))}", "{");

        Assert.Equal(HubErrors.IotHubFormatError, (await Expect.WithinAsync(calling, "the call fails")).Code);
        await raw.PingAsync();
    }

    [Fact]
    public async Task Methods_OverTheLimitOfOneClient_Fail()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxPendingMethods = 1 });
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Calls, 0));
        var calling = bench.Gateway.InvokeMethodAsync(GatewayBench.Head, new MethodRequest("go"), Token).AsTask();

        Assert.Equal(HubErrors.ThrottlingException, (await FailsAsync(bench, new MethodRequest("go"))).Code);
        await raw.PublishAsync($"$iothub/methods/res/200/?$rid={Rid(await raw.NextAsync(PacketKind.Publish))}", "");
        await Expect.WithinAsync(calling, "the first call's result");
        Assert.Equal(HubErrors.ArgumentInvalid, (await FailsAsync(bench, new MethodRequest("a/b"))).Code);
    }

    private static Task<HubException> FailsAsync(GatewayBench bench, MethodRequest request) =>
        Assert.ThrowsAsync<HubException>(() => bench.Gateway.InvokeMethodAsync(GatewayBench.Head, request, Token).AsTask());

    private static string Rid(ServerPacket call) => call.Topic[(call.Topic.IndexOf('=', StringComparison.Ordinal) + 1)..];
}
