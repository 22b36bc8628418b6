using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Testing.Mqtt;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Connecting;

/// <summary>Credentials that are fetched for every connection, over MQTT 3.1.1.</summary>
public sealed class CredentialsTests : IAsyncDisposable
{
    private readonly ScriptedServer _server = new();
    private readonly List<BusConnection> _connections = [];
    private int _fetches;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Connect_AsksForCredentialsEveryTime_AndSendsThem()
    {
        var bus = Start(o => o);
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the first connection");
        (await _server.LinkAsync(0)).Cut();
        (await _server.LinkAsync(1)).Cut();
        var third = await _server.LinkAsync(2);

        var connects = _server.Links.Select(link => link.Connect!).ToList();
        Assert.Equal(["token 1", "token 2", "token 3"], connects.Select(c => c.PasswordText));
        Assert.All(connects, c => Assert.Equal(("MQTT", 4, "d1/head", "user", false, false), (c.ProtocolName, c.ProtocolLevel, c.ClientId, c.Username, c.CleanSession, c.Reserved)));
        Assert.Equal(2, third.Number);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Refusal_IsToldAtOnce_AndTriedAgainWithNewCredentials(byte code)
    {
        _server.Admit = connect => connect.PasswordText == "token 3" ? (byte)0 : code;
        var bus = Start(o => o);

        var refusal = await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the refusal"));

        Assert.True(refusal.IsPermanent);
        await Expect.UntilAsync(() => bus.State == BusState.Connected, "the third token is accepted");
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "no refusal is left");
        Assert.Equal(3, _fetches);
    }

    [Fact]
    public async Task Provider_ThatFails_FailsTheAttemptAndIsNamed()
    {
        var bus = Start(o => o with { Credentials = _ => throw new InvalidOperationException("the key is in the other coat") });

        // A busy machine may not have made the first attempt when the first wait is over.
        var message = "";
        for (var wait = 0; wait < 50 && !message.Contains("other coat", StringComparison.Ordinal); wait++)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            message = (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bus.WhenConnectedAsync(patience.Token))).Message;
        }

        Assert.Contains("other coat", message, StringComparison.Ordinal);
        Assert.Empty(_server.Frames);
    }

    [Fact]
    public async Task NoPassword_IsNotSent()
    {
        var bus = Start(o => o with { Credentials = _ => ValueTask.FromResult(new BusCredentials { Username = "user" }) });
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the connection");

        var connect = (await _server.LinkAsync(0)).Connect!;
        Assert.True(connect.HasUsername);
        Assert.False(connect.HasPassword);
    }

    [Fact]
    public async Task Renewal_WhileMessagesFlow_ReplacesTheConnectionInOrderAndLosesNone()
    {
        _server.SessionPresent = true;
        var bus = Start(o => o with { RenewSubscriptions = true, PublishTimeout = Timeout.InfiniteTimeSpan }, life: TimeSpan.FromSeconds(2.2));
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the connection");
        await bus.SubscribeAsync("in/#", Ct, qos: BusQos.AtLeastOnce);
        await bus.SubscribeAsync("news/#", Ct, qos: BusQos.AtMostOnce);
        List<Task<PublishResult>> outcomes = [];
        while (_server.Links.Count < 3)
        {
            outcomes.Add(await bus.PublishAsync(new BusMessage("t", Encoding.ASCII.GetBytes(outcomes.Count.ToString(CultureInfo.InvariantCulture))), Ct));
            if (outcomes.Count % 20 == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
            }
        }

        var results = await Expect.WithinAsync(Task.WhenAll(outcomes), "every publish has its answer");

        Assert.All(results, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
        Assert.Equal(Enumerable.Range(0, outcomes.Count), _server.Publishes.Select(p => int.Parse(p.Text, CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(_server.Publishes, p => p.Duplicate);
        Assert.Equal(0, bus.Statistics.Resent);
        Assert.Equal([14, 14], _server.Frames.Where(f => f.Link < 2).GroupBy(f => f.Link).Select(link => link.Last().Type));
        await _server.UntilAsync(frames => frames.Count(f => f is { Link: 2, Type: 8 }) == 2, "the third connection subscribes again");
        Assert.Equal(
            [("in/#", (byte)1), ("news/#", (byte)0)],
            _server.Frames.Where(f => f is { Link: 2, Type: 8 }).SelectMany(f => f.AsSubscribe().Filters).Order());
    }

    [Fact]
    public async Task Renewal_WithAnAnswerOwed_SendsThatAgain()
    {
        _server.SessionPresent = true;
        _server.Take = (link, _) => link.Number > 0;
        var bus = Start(o => o with { RequestTimeout = TimeSpan.FromMilliseconds(300), PublishTimeout = Timeout.InfiniteTimeSpan }, life: TimeSpan.FromSeconds(1));
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the connection");

        var outcome = await Expect.OutcomeAsync(bus, new BusMessage("t", new byte[] { 1 }));

        Assert.True(outcome.IsDelivered);
        Assert.Equal([false, true], _server.Publishes.Select(p => p.Duplicate));
        Assert.Single(_server.Publishes.Select(p => p.PacketId).Distinct());
    }

    [Fact]
    public async Task Renewal_WithAnswersUnderWay_WaitsForThem()
    {
        _server.SessionPresent = true;
        _server.Take = (link, publish) =>
        {
            _ = AnswerLaterAsync(link, publish.PacketId);
            return false;
        };
        var bus = Start(o => o with { PublishTimeout = Timeout.InfiniteTimeSpan }, life: TimeSpan.FromSeconds(1));
        while (_server.Links.Count < 2)
        {
            Assert.True((await Expect.OutcomeAsync(bus, new BusMessage("t", new byte[] { 1 }))).IsDelivered);
        }

        Assert.DoesNotContain(_server.Publishes, p => p.Duplicate);
        Assert.Equal(0, bus.Statistics.Resent);

        static async Task AnswerLaterAsync(ScriptedLink link, ushort id)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await link.SendAsync(MqttText.PubAck(id));
        }
    }

    [Fact]
    public async Task Answer_OwedTooLong_ReplacesTheConnectionAndThePublishLivesOn()
    {
        _server.Take = (link, _) => link.Number > 0;
        var bus = Start(o => o with { AnswerTimeout = TimeSpan.FromMilliseconds(200), PublishTimeout = Timeout.InfiniteTimeSpan });

        var outcome = await Expect.OutcomeAsync(bus, new BusMessage("t", new byte[] { 1 }));

        Assert.True(outcome.IsDelivered);
        Assert.Equal(2, _server.Publishes.Count);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task SessionPresent_IsBelieved_UnlessToldOtherwise(bool renews, int subscribes)
    {
        var bus = Start(o => o with { RenewSubscriptions = renews });
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the connection");
        await bus.SubscribeAsync("in/#", Ct);
        _server.SessionPresent = true;
        (await _server.LinkAsync(0)).Cut();
        await _server.LinkAsync(1);
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the second connection");

        Assert.Equal(subscribes, _server.Frames.Count(f => f is { Link: 1, Type: 8 }));
    }

    private BusConnection Start(Func<BusOptions, BusOptions> change, TimeSpan? life = null)
    {
        var options = change(new BusOptions
        {
            Port = _server.Port,
            ClientId = "d1/head",
            Protocol = BusProtocol.Mqtt311,
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxRetryDelay = TimeSpan.FromMilliseconds(20),
            Credentials = _ => ValueTask.FromResult(new BusCredentials
            {
                Username = "user",
                Password = $"token {Interlocked.Increment(ref _fetches)}",
                RenewAt = life is null ? null : TimeProvider.System.GetUtcNow() + life,
            }),
        });
        var connection = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        _connections.Add(connection);
        connection.Start();
        return connection;
    }
}
