using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

public abstract partial class BusSuite
{
    [Fact]
    public async Task Publish_NobodySubscribes_SaysSoOverMqtt5Only()
    {
        var five = await ConnectAsync("five");
        var three = await ConnectAsync("three", o => o with { Protocol = BusProtocol.Mqtt311 });

        Assert.Equal(new PublishResult(PublishOutcome.NoSubscriber, 0x10), await Expect.OutcomeAsync(five, Numbered("nobody/x", 1)));
        Assert.Equal(PublishOutcome.Delivered, (await Expect.OutcomeAsync(three, Numbered("nobody/x", 1))).Outcome);
    }

    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task Publish_LargerThanTheLimit_IsRefusedByValueAndTheConnectionLives(BusProtocol protocol)
    {
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender", o => o with { Protocol = protocol, MaximumPacketSize = 10_000 });
        var subscription = await receiver.SubscribeAsync("big/+", Ct);

        var outcome = await Expect.OutcomeAsync(sender, new BusMessage("big/x", new byte[10_000]));
        await Expect.OutcomeAsync(sender, new BusMessage("big/x", new byte[9_900]));

        Assert.Equal(new PublishResult(PublishOutcome.Refused, BusReasons.PacketTooLarge), outcome);
        Assert.Equal(9_900, (await Expect.DeliveriesAsync(subscription, 1, "the one within the limit"))[0].Payload.Length);
        Assert.Equal(0, sender.Statistics.Reconnects);
    }

    [Fact]
    public async Task Publish_LargerThanTheBrokerTakes_IsRefusedByValueAndTheConnectionLives()
    {
        var receiver = await ConnectAsync("receiver");
        var subscription = await receiver.SubscribeAsync("big/+", Ct);
        var sender = await ConnectAsync("sender", o => o with { MaximumPacketSize = 8 * 1024 * 1024 });

        var outcome = await Expect.OutcomeAsync(sender, new BusMessage("big/x", new byte[2 * 1024 * 1024]));
        await Expect.OutcomeAsync(sender, Numbered("big/x", 5));

        Assert.Equal(new PublishResult(PublishOutcome.Refused, BusReasons.PacketTooLarge), outcome);
        Assert.Equal(5, NumberOf((await Expect.DeliveriesAsync(subscription, 1, "the small one"))[0]));
        Assert.Equal(0, sender.Statistics.Reconnects);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/+/b")]
    [InlineData("a/#")]
    [InlineData("a\0b")]
    public async Task Publish_BadTopic_IsRefusedByValue(string topic)
    {
        var sender = await ConnectAsync("sender");

        Assert.Equal(new PublishResult(PublishOutcome.Refused, BusReasons.TopicNameInvalid), await Expect.OutcomeAsync(sender, Numbered(topic, 1)));
        Assert.Equal(BusState.Connected, sender.State);
    }

    [Theory]
    [InlineData("a/#/b", "'#' must be the whole last level")]
    [InlineData("a/b+", "'+' must be a whole level")]
    [InlineData("", "it is empty")]
    [InlineData("$share/g", "$share/{group}/{filter}")]
    [InlineData("$share/+/a", "$share/{group}/{filter}")]
    public async Task Subscribe_BadFilter_IsRefusedByName(string filter, string why)
    {
        var receiver = await ConnectAsync("receiver");

        var refusal = await Assert.ThrowsAsync<BusSubscribeException>(() => receiver.SubscribeAsync(filter, Ct));

        Assert.Equal((filter, BusReasons.TopicFilterInvalid), (refusal.Filter, refusal.ReasonCode));
        Assert.Contains($"'{filter}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_TheSameFilterTwice_IsRefusedByName()
    {
        var receiver = await ConnectAsync("receiver");
        await receiver.SubscribeAsync("a/b", Ct);

        var refusal = await Assert.ThrowsAsync<BusSubscribeException>(() => receiver.SubscribeAsync("a/b", Ct));

        Assert.Contains("already subscribes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyListens_WaitsAndSaysWhy()
    {
        await Broker.StopAsync(Ct);
        var lonely = Start("lonely");
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lonely.WhenConnectedAsync(patience.Token));

        Assert.Contains("'lonely'", cancelled.Message, StringComparison.Ordinal);
        Assert.Contains("refused", cancelled.Message, StringComparison.OrdinalIgnoreCase);
        await Broker.RestartAsync(Ct);
        await Expect.WithinAsync(lonely.WhenConnectedAsync(Ct), "it connects once the broker is there");
    }

    [Fact]
    public async Task Connect_SecondClientOfTheSameName_TakesTheSessionOver()
    {
        var first = await ConnectAsync("twin");
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.StateChanged += state => _ = state == BusState.Disconnected && lost.TrySetResult();

        await ConnectAsync("twin");

        await Expect.WithinAsync(lost.Task, "the first client of the name is thrown out");
    }
}
