using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Methods;

/// <summary>Direct methods.</summary>
public sealed class MethodTests : IAsyncLifetime
{
    private readonly ScriptedHub _hub = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Theory]
    [InlineData("""{"a":[1,null]}""", """{"a":[1,null]}""")]
    [InlineData("null", "null")]
    [InlineData("", "null")]
    [InlineData("\"text\"", "\"text\"")]
    public async Task Call_ReachesTheHandlerAndItsResultTheCaller(string payload, string echoed)
    {
        await SetAsync("echo", (call, _) => Task.FromResult(new MethodResult(200, call.Payload?.DeepClone())));

        Assert.Equal((200, echoed), await _hub.CallAsync("echo", payload));
    }

    [Fact]
    public async Task HandlerThatThrows_IsAnswered500WithItsMessage()
    {
        await SetAsync("bad", (_, _) => throw new InvalidOperationException("no film in the camera"));

        Assert.Equal((500, """{"message":"no film in the camera"}"""), await _hub.CallAsync("bad", "null"));
    }

    [Fact]
    public async Task UnknownMethod_IsAnswered501_UnlessThereIsADefault()
    {
        var client = _hub.Client();
        await SetAsync("known", (_, _) => Task.FromResult(new MethodResult(200)), client);
        Assert.Equal((501, """{"message":"Module \u0027d1/head\u0027 has no method \u0027other\u0027."}"""), await _hub.CallAsync("other", "null"));

        await Expect.WithinAsync(client.SetDefaultMethodHandlerAsync((call, _) => Task.FromResult(new MethodResult(400, JsonValue.Create(call.Name))), Ct), "a default");
        Assert.Equal((400, "\"other\""), await _hub.CallAsync("other", "null"));

        await client.SetMethodHandlerAsync("known", null, Ct);
        Assert.Equal((400, "\"known\""), await _hub.CallAsync("known", "null"));
    }

    [Fact]
    public async Task Payloads_ThatCannotBe_AreAnswered400Or500()
    {
        await SetAsync("big", (call, _) => Task.FromResult(new MethodResult(200, JsonValue.Create(new string('x', (int?)call.Payload ?? 0)))));

        Assert.Equal(400, (await _hub.CallAsync("big", "{no JSON")).Status);
        Assert.Equal(400, (await _hub.CallAsync("big", $"\"{new string('x', MethodRequest.MaxPayloadBytes)}\"")).Status);
        Assert.Equal(200, (await _hub.CallAsync("big", "131070")).Status);
        var (status, body) = await _hub.CallAsync("big", "131071");
        Assert.Equal(500, status);
        Assert.Contains("131073 bytes", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storm_RunsABoundedNumberAtOnce_AndAnswersEveryCall()
    {
        var running = 0;
        var most = 0;
        var gate = new TaskCompletionSource();
        await SetAsync(
            "slow",
            async (_, ct) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await gate.Task.WaitAsync(ct);
                Interlocked.Decrement(ref running);
                return new MethodResult(200);
            },
            _hub.Client(o => (o.MethodConcurrency, o.MethodQueue) = (4, 10)));

        var calls = Enumerable.Range(0, 100).Select(_ => _hub.CallAsync("slow", "null")).ToList();
        await Expect.UntilAsync(() => calls.Count(c => c.IsCompleted) == 86, "what is past four running and ten waiting is answered at once");
        Assert.All(calls.Where(c => c.IsCompletedSuccessfully), c => Assert.Equal(503, c.Result.Status));
        await Expect.UntilAsync(() => Volatile.Read(ref running) == 4, "four run at once");
        gate.SetResult();
        var results = await Expect.WithinAsync(Task.WhenAll(calls), "every call is answered");

        Assert.Equal(14, results.Count(r => r.Status == 200));
        Assert.Equal(4, most);
    }

    [Fact]
    public async Task SlowMethod_DoesNotHoldUpAnother()
    {
        var client = _hub.Client();
        var gate = new TaskCompletionSource();
        await SetAsync(
            "slow",
            async (_, ct) =>
            {
                await gate.Task.WaitAsync(ct);
                return new MethodResult(201);
            },
            client);
        await SetAsync("quick", (_, _) => Task.FromResult(new MethodResult(202)), client);

        var slow = _hub.CallAsync("slow", "null");
        Assert.Equal(202, (await _hub.CallAsync("quick", "null")).Status);
        Assert.False(slow.IsCompleted);
        gate.SetResult();
        Assert.Equal(201, (await slow).Status);
    }

    [Fact]
    public async Task Reconnect_WithTheSessionLost_HearsCallsAgain()
    {
        _hub.Server.SessionPresent = false;
        await SetAsync("m", (_, _) => Task.FromResult(new MethodResult(200)));
        _hub.Live!.Cut();
        await _hub.Server.LinkAsync(1);

        Assert.Equal(200, (await _hub.CallAsync("m", "null")).Status);
    }

    [Fact]
    public async Task Close_CancelsTheHandlerAndAnswersItsCaller()
    {
        var client = _hub.Client();
        await SetAsync(
            "endless",
            async (_, ct) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                return new MethodResult(200);
            },
            client);
        var call = _hub.CallAsync("endless", "null");
        await Expect.UntilAsync(() => _hub.Server.Links.Count == 1, "the connection");

        // Whether the call arrived before the end is the network's business; if it did, it is answered.
        await _hub.CallAsync("probe", "null");
        await client.CloseAsync(Ct);

        Assert.Equal(500, (await call).Status);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Volatile.Read(ref most))
        {
        }
    }

    private Task SetAsync(string method, Func<MethodCall, CancellationToken, Task<MethodResult>> handler, ModuleClient? client = null) =>
        Expect.WithinAsync((client ?? _hub.Client()).SetMethodHandlerAsync(method, handler, Ct), $"the handler of {method}");
}
