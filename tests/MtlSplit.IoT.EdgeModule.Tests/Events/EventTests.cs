using System.Globalization;
using System.Text;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Events;

/// <summary>Messages from the module to the hub.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private readonly ScriptedHub _hub = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Send_EndsWhenTheHubHasAcknowledged_NotBefore()
    {
        var held = new TaskCompletionSource<ushort>();
        _hub.TakesEvent = (_, publish) => !held.TrySetResult(publish.PacketId);
        var client = _hub.Client();

        var sending = client.SendEventAsync(Numbered(0), Ct);
        var id = await Expect.WithinAsync(held.Task, "the message arrives");
        await Expect.WithinAsync(client.GetTwinAsync(Ct), "the hub answers other things meanwhile");
        Assert.False(sending.IsCompleted);
        await _hub.Live!.SendAsync(MtlSplit.IoT.Testing.Mqtt.MqttText.PubAck(id));

        await Expect.WithinAsync(sending, "the acknowledged message");
    }

    [Fact]
    public async Task ConnectionsCut_WhileSending_LoseNothingAndKeepOrder()
    {
        var random = new Random(5);
        _hub.TakesEvent = (link, _) =>
        {
            if (random.Next(40) == 0)
            {
                link.Cut();
                return false;
            }

            return true;
        };
        var client = _hub.Client(o => o.SendQueue = 400);

        await Expect.WithinAsync(Task.WhenAll(Enumerable.Range(0, 400).Select(i => client.SendEventAsync(Numbered(i), Ct))), "400 messages over many connections");

        Assert.True(_hub.Server.Links.Count > 3, "The connection was not cut.");
        Assert.Equal(Enumerable.Range(0, 400), _hub.Events.Select(e => int.Parse(e.Text, CultureInfo.InvariantCulture)).Distinct());
    }

    [Fact]
    public async Task Renewal_WhileMessagesFlow_LosesNoneAndRepeatsNone()
    {
        var client = _hub.Client(o => o.TokenLifetime = TimeSpan.FromSeconds(3));
        List<Task> sending = [];
        while (_hub.Server.Links.Count < 3)
        {
            sending.Add(client.SendEventAsync(Numbered(sending.Count), Ct));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Ct);
        }

        await Expect.WithinAsync(Task.WhenAll(sending), "every message is acknowledged");

        Assert.Equal(Enumerable.Range(0, sending.Count), _hub.Events.Select(e => int.Parse(e.Text, CultureInfo.InvariantCulture)));
        var passwords = _hub.Server.Links.Select(l => l.Connect!.PasswordText).ToList();
        Assert.Equal(passwords.Count, passwords.Distinct().Count());
        // The old connection always ends with a DISCONNECT before the new one begins.
        Assert.All(_hub.Server.Frames.Where(f => f.Link < 2).GroupBy(f => f.Link), link => Assert.Equal(14, link.Last().Type));
    }

    [Fact]
    public async Task Largest_IsSentAndOneByteMoreIsRefusedHere()
    {
        var client = _hub.Client();
        const int Overhead = 9 + 40;
        var largest = new byte[HubMessage.MaxSize - Overhead];

        await Expect.WithinAsync(client.SendEventAsync(new HubMessage { Body = largest }, Ct), "the largest message");
        var refused = await Assert.ThrowsAsync<HubException>(() => client.SendEventAsync(new HubMessage { Body = new byte[largest.Length + 1] }, Ct));

        Assert.Equal(HubErrors.MessageTooLarge, refused.Code);
        Assert.Contains("262145 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(largest.Length, Assert.Single(_hub.Events).Payload.Length);
    }

    [Fact]
    public async Task LongProperties_AreRefusedHere()
    {
        var message = new HubMessage { Properties = [new("long", new string('x', 70_000))] };

        var refused = await Assert.ThrowsAsync<HubException>(() => _hub.Client().SendEventAsync(message, Ct));

        Assert.Equal(HubErrors.ArgumentInvalid, refused.Code);
    }

    [Fact]
    public async Task Close_WithAnAnswerOwed_TellsTheSender()
    {
        _hub.TakesEvent = (_, _) => false;
        var client = _hub.Client(o => o.CloseTimeout = TimeSpan.FromMilliseconds(100));
        var sending = client.SendEventAsync(Numbered(0), Ct);
        await Expect.UntilAsync(() => _hub.Events.Any(), "the message arrives");

        await client.CloseAsync(Ct);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Expect.WithinAsync(sending, "the end of a message that nobody acknowledged"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Expect.WithinAsync(client.SendEventAsync(Numbered(1), Ct), "a message after the end"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "opening after the end"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Expect.WithinAsync(client.GetTwinAsync(Ct), "a twin after the end"));
        Assert.Equal(ModuleState.Closed, client.State);
    }

    [Fact]
    public async Task Cancelled_EndsTheWait()
    {
        _hub.TakesEvent = (_, _) => false;
        using var patience = new CancellationTokenSource();
        var sending = _hub.Client().SendEventAsync(Numbered(0), patience.Token);
        await Expect.UntilAsync(() => _hub.Events.Any(), "the message arrives");

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Expect.WithinAsync(sending, "the end of the wait"));
    }

    [Fact]
    public async Task QueueFull_SendingWaitsForRoom()
    {
        _hub.TakesEvent = (_, _) => false;
        var client = _hub.Client(o => (o.SendQueue, o.SendWindow, o.CloseTimeout) = (2, 1, TimeSpan.Zero));
        var sending = Enumerable.Range(0, 8).Select(i => client.SendEventAsync(Numbered(i), Ct)).ToList();
        await Expect.UntilAsync(() => _hub.Events.Any(), "the first message arrives");

        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendEventAsync(Numbered(9), impatient.Token));

        Assert.All(sending, s => Assert.False(s.IsCompleted));
        Assert.Single(_hub.Events);
    }

    [Fact]
    public async Task States_AreToldInOrder()
    {
        var client = _hub.Client();
        List<ModuleState> states = [];
        client.StateChanged += states.Add;
        await Expect.WithinAsync(client.OpenAsync(Ct), "the connection");
        _hub.Live!.Cut();
        await _hub.Server.LinkAsync(1);
        await Expect.WithinAsync(client.OpenAsync(Ct), "the second connection");
        await client.CloseAsync(Ct);

        await Expect.UntilAsync(() => states.Count == 4, "four changes");
        Assert.Equal([ModuleState.Connected, ModuleState.Disconnected, ModuleState.Connected, ModuleState.Closed], states);
    }

    private static HubMessage Numbered(int number) => new() { Body = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)) };
}
