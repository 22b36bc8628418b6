using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Quarantine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Process;

/// <summary>The whole process against Mosquitto, given what it cannot read, or cannot read yet.</summary>
public sealed class BadFeatureTests : IAsyncLifetime
{
    private readonly TinyBundle _stranger = TinyBundle.Create(seed: 2);
    private ConsumerBench _bench = null!;

    private Bundle Bundle => _bench.Tiny.Bundle;

    private ContractId Unknown => _stranger.Bundle.Contract;

    private BusMessage Descriptor => new(DataTopics.Contract(ConsumerBench.Fleet, Unknown), _stranger.Bundle.Descriptor.ToCanonicalJson()) { Retain = true };

    public async ValueTask InitializeAsync() => _bench = await ConsumerBench.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _stranger.Dispose();
    }

    [Fact]
    public async Task BadFeatures_AreQuarantinedWithTheirReasonsAndAcknowledgedWhileGoodOnesGoOn()
    {
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        using var strange = new TestVehicle(ConsumerBench.Fleet, "car-1", _stranger.Bundle);
        var whole = vehicle.Payload(900, TestVehicle.Exact, vehicle.Tensor(900));
        var infinite = TestVehicle.Compress(Bundle.Descriptor, [.. Enumerable.Range(0, Bundle.Descriptor.Feature.Length).SelectMany(_ => BitConverter.GetBytes(float.PositiveInfinity))]);
        var half = TestVehicle.Compress(Bundle.Descriptor, new byte[2 * Bundle.Descriptor.Feature.Length]);
        (string Reason, BusMessage Message)[] bad =
        [
            (QuarantineReason.UnknownContract, strange.Feature(0)),
            (QuarantineReason.CorruptTensor, On(vehicle.Payload(902, TestVehicle.Exact, vehicle.Tensor(902)[..^5]))),
            (QuarantineReason.CorruptTensor, On(vehicle.Payload(903, TestVehicle.Exact, [1, 2, 3, 4, 5]))),
            (QuarantineReason.WrongLength, On(vehicle.Payload(904, TestVehicle.Exact, half))),
            (QuarantineReason.UnknownEncoding, On(vehicle.Payload(905, 99, vehicle.Tensor(905)))),
            (QuarantineReason.NotFinite, On(vehicle.Payload(906, TestVehicle.Exact, infinite))),
            (QuarantineReason.NotAFeature, On(whole[..^9])),
            (QuarantineReason.NotAFeature, On(new byte[500])),
            (QuarantineReason.NotAFeature, On([])),
            // 0xC3 opens a character of two bytes that 0x28 does not close: as UTF-8 this is nothing.
            (QuarantineReason.NotAFeature, On([0xC3, 0x28, .. " no UTF-8, no feature"u8])),
            (QuarantineReason.NotAFeature, new BusMessage($"mtl/v1/{ConsumerBench.Fleet}/vehicles/bad id/features/{Bundle.Contract}", whole)),
            (QuarantineReason.NotAFeature, new BusMessage($"mtl/v1/{ConsumerBench.Fleet}/vehicles/car-1/features/nonsense", whole)),
            (QuarantineReason.Oversize, On(new byte[300 * 1024])),
        ];
        await using (var consumer = await _bench.StartAsync("--hold", "300ms"))
        {
            await using var told = await _bench.Bus.SubscribeAsync(DataTopics.VehicleQuarantine(ConsumerBench.Fleet, "car-1"), TestContext.Current.CancellationToken);
            var n = 0;
            await _bench.PublishAsync(bad.SelectMany(b => new[] { vehicle.Feature(n++), b.Message }));

            await _bench.PredictionsOfAsync(bad.Length, "the good ones are answered");
            var kept = await _bench.QuarantinedAsync(bad.Length);
            Assert.Equal(
                bad.Select(b => (b.Reason, b.Message.Topic, Convert.ToHexString(b.Message.Payload.Span))).Order(),
                kept.Select(k => (k.Entry.Reason, k.Entry.Topic, Convert.ToHexString(k.Entry.Payload.Span))).Order());
            Assert.All(kept, k => Assert.NotEmpty(k.Entry.Detail));
            await _bench.StatusAsync(s => s.Quarantined == bad.Length, "the status counts them");

            // Two of them came on topics that name no vehicle or no contract.
            List<QuarantineNotice> notices = [];
            while (notices.Sum(notice => notice.Features) < bad.Length - 2)
            {
                var delivery = await Expect.DeliveryAsync(told, $"the vehicle is told; of {notices.Sum(notice => notice.Features)} so far");
                Assert.True(QuarantineNotice.TryRead(delivery.Payload, out var notice, out var fault), fault.ToString());
                delivery.Acknowledge();
                notices.Add(notice);
            }

            Assert.Equal(bad.Length - 2, notices.Sum(notice => notice.Features));
            Assert.All(notices, notice => Assert.Contains(notice.Reason, bad.Select(b => b.Reason)));
            Assert.Equal([(Unknown, QuarantineReason.UnknownContract, 0UL)], notices.Where(notice => notice.Contract == Unknown).Select(notice => (notice.Contract, notice.Reason, notice.Frame!.Value.Number)));
            consumer.Terminate();
            Assert.Equal(0, await consumer.ExitAsync());
        }

        // All of it was acknowledged: the next start gets nothing of it again.
        await using var next = await _bench.StartAsync("--hold", "300ms");
        await _bench.PublishAsync(vehicle.Feature(100));
        await _bench.PredictionAsync("an answer to what is new");
        Assert.Equal(bad.Length, (await _bench.QuarantinedAsync(bad.Length)).Count);
        Assert.Empty(_bench.MorePredictions());

        BusMessage On(byte[] payload) => new(vehicle.Topic, payload);
    }

    [Fact]
    public async Task Feature_WhoseDescriptorAndHeadComeLate_IsHeldThenAnsweredBesideOthers()
    {
        await using var consumer = await _bench.StartAsync("--hold", "60s");
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        using var strange = new TestVehicle(ConsumerBench.Fleet, "car-1", _stranger.Bundle);

        await _bench.PublishAsync([strange.Feature(0), vehicle.Feature(1), strange.Feature(2)]);
        Assert.Equal(Bundle.Contract, (await _bench.PredictionAsync("the good one is not held up")).Message.Contract);
        await _bench.PublishAsync(Descriptor);
        var head = _bench.PublishHead(Unknown, seed: 5);

        foreach (var number in new ulong[] { 0, 2 })
        {
            var (key, message) = await _bench.PredictionAsync("the held ones are answered, in order");
            Assert.Equal((Unknown, number, head.Version), (key.Contract, message.Frame.Number, message.HeadVersion));
        }

        await _bench.StatusAsync(s => s.Heads.Count == 2 && s.Predictions == 3 && s.Quarantined == 0, "two contracts are warm");
    }

    [Fact]
    public async Task Feature_QuarantinedForWantOfAHead_IsAnsweredWhenReplayed()
    {
        await using var consumer = await _bench.StartAsync("--hold", "200ms");
        using var strange = new TestVehicle(ConsumerBench.Fleet, "car-1", _stranger.Bundle);
        await _bench.PublishAsync(Descriptor);
        await _bench.PublishAsync(strange.Feature(0));
        var kept = Assert.Single(await _bench.QuarantinedAsync(1)).Entry;
        Assert.Equal(QuarantineReason.NoHead, kept.Reason);
        var head = _bench.PublishHead(Unknown, seed: 5);
        await _bench.StatusAsync(s => s.Heads.Any(h => h.Version == head.Version), "the head is warm");

        await _bench.PublishAsync(new BusMessage(kept.Topic, kept.Payload) { UserProperties = kept.UserProperties });

        Assert.Equal(head.Version, (await _bench.PredictionAsync("the replayed one is judged afresh")).Message.HeadVersion);
    }

    [Fact]
    public async Task Descriptor_ThatIsNotTheTopicsContract_GivesItNoMeaning()
    {
        await using var consumer = await _bench.StartAsync("--hold", "300ms");
        using var strange = new TestVehicle(ConsumerBench.Fleet, "car-1", _stranger.Bundle);

        // The other contract's descriptor on this one's topic, and one that is none at all.
        await _bench.PublishAsync([Descriptor with { Payload = Bundle.Descriptor.ToCanonicalJson() }, Descriptor with { Payload = "{"u8.ToArray() }]);
        _bench.PublishHead(Unknown, seed: 5);
        await _bench.PublishAsync(strange.Feature(0));

        Assert.Equal(QuarantineReason.UnknownContract, Assert.Single(await _bench.QuarantinedAsync(1)).Entry.Reason);
    }
}
