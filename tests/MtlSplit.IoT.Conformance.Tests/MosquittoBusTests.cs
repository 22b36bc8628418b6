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
        half.ForEach(delivery => delivery.Acknowledge());
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
