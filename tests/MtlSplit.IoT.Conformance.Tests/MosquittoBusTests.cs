using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

/// <summary>The suite against Mosquitto.</summary>
public sealed class MosquittoBusTests : BusSuite
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync(CancellationToken ct) => await MosquittoBroker.StartAsync(ct);

    protected override async Task<IBrokerUnderTest> StartSecuredAsync(BrokerSecurity security, CancellationToken ct) =>
        await MosquittoBroker.StartAsync(security, ct);

    /// <summary>As <c>max_queued_messages</c> says; left alone it would drop all beyond a thousand without a word.</summary>
    [Fact]
    public async Task Session_ClientAwayForLong_KeepsThousandsOfMessages()
    {
        const int Messages = 2_500;
        var receiver = await ConnectAsync("receiver");
        await receiver.SubscribeAsync("q/+", Ct);
        await receiver.CloseAsync(TimeSpan.FromSeconds(5), Ct);

        await PublishNumbersAsync(await ConnectAsync("sender"), "q/x", 0, Messages);

        var back = await (await ConnectAsync("receiver")).SubscribeAsync("q/+", Ct);
        var got = new List<int>();
        while (got.Count < Messages)
        {
            var delivery = await Expect.DeliveryAsync(back, $"message {got.Count} of those that were kept");
            got.Add(NumberOf(delivery));
            delivery.Acknowledge();
        }

        Assert.Equal(Enumerable.Range(0, Messages), got);
    }

    /// <summary>As <c>max_inflight_messages</c> says, where the client cannot say it, or as the client says; left alone it would be 20.</summary>
    [Theory]
    [InlineData(BusProtocol.Mqtt311, 256)]
    [InlineData(BusProtocol.Mqtt5, 400)]
    public async Task InFlight_AreAsManyAsSet_OrAsTheClientTakes(BusProtocol protocol, int expected)
    {
        var all = await (await ConnectAsync("receiver", o => o with { Protocol = protocol, ReceiveMaximum = 400 })).SubscribeAsync("i/+", Ct);
        var sender = await ConnectAsync("sender", o => o with { PublishWindow = 1000 });

        await PublishNumbersAsync(sender, "i/x", 0, 600);

        for (var i = 0; i < expected; i++)
        {
            await Expect.DeliveryAsync(all, $"message {i} of those that may be in flight");
        }

        await Expect.WithinAsync(PublishNumbersAsync(sender, "j/x", 0, 1), "the broker goes on");
        Assert.Empty(Expect.Waiting(all.Deliveries));
    }

    /// <summary>What the README says of Mosquitto, where the embedded broker differs: see the broker's own tests.</summary>
    [Theory]
    [InlineData("stalls")]
    [InlineData("goes away")]
    public async Task Shared_MemberThat_KeepsItsTurnsAndItsMessages_UntilItIsBack(string what)
    {
        const int Messages = 100;
        var idle = await ConnectAsync("idle");
        var idling = await idle.SubscribeAsync("$share/g/m/+", Ct);
        var busy = await (await ConnectAsync("busy")).SubscribeAsync("$share/g/m/+", Ct);
        var sender = await ConnectAsync("sender");
        if (what == "goes away")
        {
            await idle.CloseAsync(TimeSpan.FromSeconds(5), Ct);
        }

        await PublishNumbersAsync(sender, "m/x", 0, Messages);

        // Half of them go to the other one, turn by turn, and no more come, however long it waits and acknowledges.
        var half = await Expect.DeliveriesAsync(busy, Messages / 2, "the busy member's turns");
        await Expect.WithinAsync(PublishNumbersAsync(sender, "n/x", 0, Messages), "the broker goes on");
        Assert.Empty(Expect.Waiting(busy.Deliveries));
        if (what == "goes away")
        {
            idling = await (await ConnectAsync("idle")).SubscribeAsync("$share/g/m/+", Ct);
        }

        var rest = await Expect.DeliveriesAsync(idling, Messages / 2, "the idle member's own, now that it reads");
        Assert.Equal(Enumerable.Range(0, Messages), half.Concat(rest).Select(NumberOf).Order());
    }
}
