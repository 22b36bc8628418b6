using System.Collections.Concurrent;
using System.Text;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Inputs;

/// <summary>Messages routed to the module's inputs.</summary>
public sealed class InputTests : IAsyncLifetime
{
    private const string From = "%24.cdid=d1&%24.cmid=cam";

    private readonly ScriptedHub _hub = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private int Acknowledgements => _hub.Server.Frames.Count(f => f.Type == 4);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Message_ComesWithItsPropertiesAndSender()
    {
        var got = new TaskCompletionSource<HubMessage>();
        await SetAsync("in", (message, _) => Answer(InputAnswer.Completed, () => got.TrySetResult(message)));

        await SendAsync("in", """{"a":1}""", $"{From}&%24.mid=m1&%24.ct=application%2Fjson&k=v%20w");

        var message = await Expect.WithinAsync(got.Task, "the message");
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(("d1", "cam", "m1", "application/json"), (message.System.ConnectionDeviceId, message.System.ConnectionModuleId, message.System.MessageId, message.System.ContentType));
        Assert.Equal([new("k", "v w")], message.Properties);
    }

    [Fact]
    public async Task Acknowledgement_FollowsTheHandler()
    {
        var gate = new TaskCompletionSource();
        var client = _hub.Client();
        await SetAsync(
            "in",
            async (_, ct) =>
            {
                await gate.Task.WaitAsync(ct);
                return InputAnswer.Completed;
            },
            client);
        await SendAsync("in", "1");
        await Expect.WithinAsync(client.GetTwinAsync(Ct), "a round trip");
        Assert.Equal(0, Acknowledgements);

        gate.SetResult();

        await Expect.UntilAsync(() => Acknowledgements == 1, "the acknowledgement");
    }

    [Fact]
    public async Task AbandonedOrThrown_IsTriedAgain_ThenDropped()
    {
        var calls = new ConcurrentQueue<string>();
        await SetAsync(
            "in",
            (message, _) =>
            {
                var text = Encoding.UTF8.GetString(message.Body.Span);
                calls.Enqueue(text);
                return text switch
                {
                    "throws" => throw new InvalidOperationException("no"),
                    "later" when calls.Count(c => c == "later") < 3 => Task.FromResult(InputAnswer.Abandoned),
                    "no use" => Task.FromResult(InputAnswer.Rejected),
                    _ => Task.FromResult(InputAnswer.Completed),
                };
            },
            _hub.Client(o => o.InputAttempts = 4));

        foreach (var text in (string[])["later", "throws", "no use", "good"])
        {
            await SendAsync("in", text);
        }

        await Expect.UntilAsync(() => Acknowledgements == 4, "each is acknowledged in the end");
        Assert.Equal(["later", "later", "later", "throws", "throws", "throws", "throws", "no use", "good"], calls);
    }

    [Fact]
    public async Task Unreadable_AreDroppedAndTheRestLivesOn()
    {
        var got = new ConcurrentQueue<string>();
        await SetAsync("in", (message, _) => Answer(InputAnswer.Completed, () => got.Enqueue(Encoding.UTF8.GetString(message.Body.Span))), _hub.Client(o => o.HandlerPatience = TimeSpan.Zero));

        await _hub.Live!.PublishAsync("devices/d1/modules/head/inputs/in/%24.exp=yesterday", "1", qos: 1);
        await _hub.Live.PublishAsync("devices/d1/modules/head/inputs/nobody/x=1", "2", qos: 1);
        await _hub.Live.PublishAsync("devices/d1/modules/head/inputs/in/=&=", "3", qos: 1);
        await SendAsync("in", "4");

        await Expect.UntilAsync(() => Acknowledgements == 4, "each is acknowledged");
        Assert.Equal(["4"], got);
    }

    [Fact]
    public async Task HandlerThatComesLater_StillGetsItsMessage()
    {
        var client = _hub.Client();
        await SetAsync("one", (_, _) => Answer(InputAnswer.Completed), client);
        await SendAsync("two", "early");
        await Expect.WithinAsync(client.GetTwinAsync(Ct), "a round trip");

        var got = new TaskCompletionSource<HubMessage>();
        await SetAsync("two", (message, _) => Answer(InputAnswer.Completed, () => got.TrySetResult(message)), client);

        await Expect.WithinAsync(got.Task, "the early message");
    }

    [Fact]
    public async Task NotAcknowledged_WhenTheConnectionEnds_ComesAgain()
    {
        var times = 0;
        var second = new TaskCompletionSource();
        await SetAsync(
            "in",
            async (_, ct) =>
            {
                if (Interlocked.Increment(ref times) == 1)
                {
                    _hub.Live!.Cut();
                    await Expect.UntilAsync(() => _hub.Server.Links.Count == 2, "the next connection");
                }
                else
                {
                    second.TrySetResult();
                }

                return InputAnswer.Completed;
            });
        await SendAsync("in", "1");
        var link = await _hub.Server.LinkAsync(1);
        await link.PublishAsync($"devices/d1/modules/head/inputs/in/{From}", "1", qos: 1);

        await Expect.WithinAsync(second.Task, "the message comes again");
        await Expect.UntilAsync(() => _hub.Server.Frames.Any(f => f is { Link: 1, Type: 4 }), "its acknowledgement on the new connection");
        Assert.DoesNotContain(_hub.Server.Frames, f => f is { Link: 0, Type: 4 });
    }

    [Fact]
    public async Task Largest_IsTaken()
    {
        var got = new TaskCompletionSource<int>();
        await SetAsync("in", (message, _) => Answer(InputAnswer.Completed, () => got.TrySetResult(message.Body.Length)));

        await SendAsync("in", new string('x', HubMessage.MaxSize));

        Assert.Equal(HubMessage.MaxSize, await Expect.WithinAsync(got.Task, "a message of 256 KiB"));
    }

    private static Task<InputAnswer> Answer(InputAnswer answer, Action? first = null)
    {
        first?.Invoke();
        return Task.FromResult(answer);
    }

    private Task SetAsync(string input, Func<HubMessage, CancellationToken, Task<InputAnswer>> handler, ModuleClient? client = null) =>
        Expect.WithinAsync((client ?? _hub.Client()).SetInputHandlerAsync(input, handler, Ct), $"the handler of {input}");

    private Task<ushort> SendAsync(string input, string body, string bag = From) => _hub.Live!.PublishAsync($"devices/d1/modules/head/inputs/{input}/{bag}", body, qos: 1);
}
