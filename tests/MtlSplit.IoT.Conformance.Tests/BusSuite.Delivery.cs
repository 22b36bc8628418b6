using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

public abstract partial class BusSuite
{
    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task QosOne_ManyMessages_ArriveOnceAndInOrder(BusProtocol protocol)
    {
        var receiver = await ConnectAsync("receiver", o => o with { Protocol = protocol });
        var sender = await ConnectAsync("sender", o => o with { Protocol = protocol });
        var subscription = await receiver.SubscribeAsync("a/+", Ct);

        var publishing = PublishNumbersAsync(sender, "a/b", 0, 2000);
        var deliveries = await Expect.DeliveriesAsync(subscription, 2000, "all that was published");

        Assert.Equal(Enumerable.Range(0, 2000), deliveries.Select(NumberOf));
        Assert.All(await publishing, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
    }
}
