using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Hub;

/// <summary>The module client and the product's own gateway, over TLS.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private readonly MemoryHub _hub = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task EveryOperation_WorksOverOneConnection()
    {
        await using var client = await _hub.ClientAsync();
        var inputs = new ConcurrentQueue<HubMessage>();
        var changes = new ConcurrentQueue<DesiredChange>();
        await Expect.WithinAsync(client.SetInputHandlerAsync("in", (m, _) => Took(inputs, m), Ct), "inputs");
        await Expect.WithinAsync(client.SetMethodHandlerAsync("echo", (call, _) => Task.FromResult(new MethodResult(200, call.Payload?.DeepClone())), Ct), "methods");
        await Expect.WithinAsync(client.SetDesiredPropertyHandlerAsync((c, _) => Took(changes, c), Ct), "desired properties");

        await Expect.WithinAsync(client.SendEventAsync("out", new HubMessage { Body = Encoding.UTF8.GetBytes("hello"), Properties = [new("a b", "ü")] }, Ct), "an event");
        Assert.Equal(2, await Expect.WithinAsync(client.UpdateReportedPropertiesAsync(new JsonObject { ["s"] = "ok" }, Ct), "a change"));
        _hub.ChangeDesired(new JsonObject { ["rate"] = 5 });
        var result = await Expect.WithinAsync(_hub.Gateway.InvokeMethodAsync(ScriptedHub.Module, new MethodRequest("echo", new JsonArray(1, 2)), Ct).AsTask(), "a method");
        var outcome = await Expect.WithinAsync(_hub.Gateway.DeliverInputAsync(ScriptedHub.Module, "in", Numbered(7), Ct), "an input");

        Assert.Equal(("out", "hello"), (_hub.Events.Single().System.OutputName, Encoding.UTF8.GetString(_hub.Events.Single().Body.Span)));
        Assert.Equal([new("a b", "ü")], _hub.Events.Single().Properties);
        Assert.Equal("""{"s":"ok"}""", _hub.Reported.ToJsonString());
        Assert.Equal((200, "[1,2]"), (result.Status, result.Payload!.ToJsonString()));
        Assert.Equal(InputOutcome.Completed, outcome);
        Assert.Equal(7, NumberOf(Assert.Single(inputs)));
        await Expect.UntilAsync(() => changes.Count == 2, "both versions");
        Assert.Equal([1L, 2L], changes.Select(c => c.Version));
        Assert.Equal("""{"rate":5}""", (await client.GetTwinAsync(Ct)).Desired.ToJsonString());
        Assert.Equal(1, _hub.Connections);
    }

    /// <summary>Tokens of four seconds, none of which is granted a moment more, with messages both ways, calls and changes of the twin all the while.</summary>
    [Fact]
    public async Task Renewal_WhileEverythingFlows_LosesNothing()
    {
        await using var client = await _hub.ClientAsync(o => o.TokenLifetime = TimeSpan.FromSeconds(4));
        var inputs = new ConcurrentQueue<int>();
        var changes = new ConcurrentQueue<DesiredChange>();
        await Expect.WithinAsync(client.SetInputHandlerAsync("in", (m, _) => Took(inputs, NumberOf(m)), Ct), "inputs");
        await Expect.WithinAsync(client.SetMethodHandlerAsync("m", (_, _) => Task.FromResult(new MethodResult(200)), Ct), "methods");
        await Expect.WithinAsync(client.SetDesiredPropertyHandlerAsync((c, _) => Took(changes, c), Ct), "desired properties");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var sent = RepeatAsync(i => client.SendEventAsync(Numbered(i), Ct), enough.Token);
        var reported = RepeatAsync(i => client.UpdateReportedPropertiesAsync(new JsonObject { ["n"] = i }, Ct), enough.Token);
        var called = RepeatAsync(_ => CallAsync(), enough.Token);
        var delivered = RepeatAsync(DeliverAsync, enough.Token);
        var desired = RepeatAsync(
            i =>
            {
                _hub.ChangeDesired(new JsonObject { ["n"] = i });
                return Task.CompletedTask;
            },
            enough.Token);
        await Expect.UntilAsync(() => _hub.Connections >= 4, "three renewals", TimeSpan.FromSeconds(60));
        await enough.CancelAsync();

        var events = await Expect.WithinAsync(sent, "every event is acknowledged");
        var last = await Expect.WithinAsync(reported, "every change of the reported properties is answered");
        Assert.True(await Expect.WithinAsync(called, "every call ends") > 3);
        var passed = await Expect.WithinAsync(delivered, "every input is acknowledged");
        var wanted = await Expect.WithinAsync(desired, "the changes");
        Assert.Equal(Enumerable.Range(0, events), _hub.Events.Select(NumberOf));
        Assert.Equal(last - 1, (int)_hub.Reported["n"]!);
        Assert.Equal(Enumerable.Range(0, passed), inputs.Distinct());
        await Expect.UntilAsync(() => changes.Last().Version == wanted + 1, "the last desired version");
        Assert.Equal(changes.Select(c => c.Version).Distinct().Order(), changes.Select(c => c.Version));
        // Not one of the connections was ended by the hub for its token.
        Assert.DoesNotContain(_hub.Leavings, reason => reason.Contains("expire", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task SessionForgotten_AndDisconnected_ComesBackWithItsSubscriptions()
    {
        await using var client = await _hub.ClientAsync();
        await Expect.WithinAsync(client.SetMethodHandlerAsync("m", (_, _) => Task.FromResult(new MethodResult(200)), Ct), "methods");

        _hub.Gateway.Disconnect(ScriptedHub.Module, "a test");
        _hub.Gateway.Forget(ScriptedHub.Module);
        await Expect.UntilAsync(() => _hub.Connections == 2 && _hub.Gateway.IsConnected(ScriptedHub.Module), "the module is back");

        await Expect.UntilAsync(() => _hub.Gateway.SubscriptionsOf(ScriptedHub.Module)?.Filters.Count > 0, "its subscriptions are back");
        Assert.Equal(200, (await _hub.Gateway.InvokeMethodAsync(ScriptedHub.Module, new MethodRequest("m"), Ct)).Status);
    }

    /// <summary>The gateway calls the moment the session is back; the new process has set no handler by then.</summary>
    [Fact]
    public async Task Call_ThatWaitedForTheModule_IsAnsweredByTheProcessThatResumesTheSession()
    {
        for (var round = 0; round < 20; round++)
        {
            await using (var before = await _hub.ClientAsync())
            {
                await Expect.WithinAsync(before.SetMethodHandlerAsync("m", (_, _) => Task.FromResult(new MethodResult(500)), Ct), "methods");
            }

            var call = _hub.Gateway.InvokeMethodAsync(ScriptedHub.Module, new MethodRequest("m", round, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20)), Ct).AsTask();
            await using var after = await _hub.ClientAsync();
            await Expect.WithinAsync(after.OpenAsync(Ct), "the connection");
            await Expect.WithinAsync(after.SendEventAsync(new HubMessage(), Ct), "an event, by which the call has arrived");
            Assert.False(call.IsCompleted);

            await Expect.WithinAsync(after.SetMethodHandlerAsync("m", (m, _) => Task.FromResult(new MethodResult(200, m.Payload?.DeepClone())), Ct), "methods");

            var result = await Expect.WithinAsync(call, "the call is answered");
            Assert.Equal((200, round), (result.Status, (int)result.Payload!));
        }
    }

    /// <summary>A call finds the connection that is listened to or waits for the next one, and an answer finds its call over whichever there is.</summary>
    [Fact]
    public async Task Calls_WhileTheConnectionIsReplacedInOrder_AreAllAnswered()
    {
        await using var client = await _hub.ClientAsync(o => o.TokenLifetime = TimeSpan.FromSeconds(4));
        await Expect.WithinAsync(client.SetMethodHandlerAsync("m", (_, _) => Task.FromResult(new MethodResult(200)), Ct), "methods");
        var calls = 0;

        while (_hub.Connections < 3)
        {
            var result = await Expect.WithinAsync(
                _hub.Gateway.InvokeMethodAsync(ScriptedHub.Module, new MethodRequest("m", Payload: null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), Ct).AsTask(), $"call {calls}");
            Assert.Equal(200, result.Status);
            calls++;
        }

        Assert.True(calls > 100, $"{calls} calls");
    }

    private static async Task<int> RepeatAsync(Func<int, Task> act, CancellationToken enough)
    {
        var count = 0;
        while (!enough.IsCancellationRequested)
        {
            await act(count++);
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, CancellationToken.None);
        }

        return count;
    }

    private static Task<InputAnswer> Took<T>(ConcurrentQueue<T> queue, T item)
    {
        queue.Enqueue(item);
        return Task.FromResult(InputAnswer.Completed);
    }

    private static HubMessage Numbered(int number) => new()
    {
        Body = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
        System = MessageProperties.None with { ConnectionDeviceId = "d1", ConnectionModuleId = "cam" },
    };

    private static int NumberOf(HubMessage message) => int.Parse(Encoding.ASCII.GetString(message.Body.Span), CultureInfo.InvariantCulture);

    private async Task CallAsync()
    {
        try
        {
            Assert.Equal(200, (await _hub.Gateway.InvokeMethodAsync(ScriptedHub.Module, new MethodRequest("m", Payload: null, TimeSpan.FromSeconds(5), TimeSpan.Zero), Ct)).Status);
        }
        catch (HubException error) when (error.Code == HubErrors.DeviceNotOnline || error.Code == HubErrors.GatewayTimeout)
        {
            // Between two connections a module has no ear, at Azure's hub neither.
        }
    }

    private async Task DeliverAsync(int number)
    {
        while (await _hub.Gateway.DeliverInputAsync(ScriptedHub.Module, "in", Numbered(number), Ct) != InputOutcome.Completed)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
        }
    }
}
