using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Predictions;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Broker;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Quarantine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Predictions;

/// <summary>A vehicle that changed its bundle at frame 10, as a user of a broker that lets it read what is its own.</summary>
public sealed class QuarantineNoticeReaderTests : IAsyncLifetime
{
    private const string Fleet = "north";
    private const ulong Session = 77;

    private static readonly FeatureOrigin Old = new("old", ContractId.Of([1]), [1]);
    private static readonly FeatureOrigin New = new("new", ContractId.Of([2]), [2]);

    private readonly BackboneBench _bench = new();
    private readonly CancellationTokenSource _end = new();
    private FieldObserver _observer = null!;
    private EmbeddedBroker _broker = null!;
    private BusConnection _vehicle = null!;
    private BusConnection _heads = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var options = new BrokerOptions { Credentials = [new("car-1", "secret-1", BrokerRole.Vehicle, Fleet), new("heads", "secret-2", BrokerRole.Service, Fleet)] };
        _broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken, options);
        (_vehicle, _heads) = (Connect("car-1", "secret-1"), Connect("heads", "secret-2"));
        var ledger = new FrameLedger(new FrameSession(Session), _bench.Counters, TimeProvider.System);
        ledger.Enter(new ExtractedFeature(Old, new FrameId(Session, 0), 1, 1, new byte[] { 1 }, null));
        ledger.Enter(new ExtractedFeature(New, new FrameId(Session, 10), 1, 1, new byte[] { 1 }, null));
        _observer = new FieldObserver(ledger);
        _running = new QuarantineNoticeReader(_vehicle, new BackboneOptions { Fleet = Fleet, Vehicle = "car-1" }, _observer, NullLogger<QuarantineNoticeReader>.Instance).RunAsync(_end.Token);
        await Expect.UntilAsync(() => Publish("car-1", []) == PublishOutcome.Delivered, "the vehicle listens");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Expect.WithinAsync(_running, "the reader ends");
        await _vehicle.DisposeAsync();
        await _heads.DisposeAsync();
        await _broker.DisposeAsync();
        _bench.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task Notice_IsEvidenceAboutTheBundleThatMadeTheFrame_AndIsCountedOnce()
    {
        var notice = new QuarantineNotice(New.Contract, new FrameId(Session, 12), "object_size", "no-head", 3, 4);

        Publish("car-1", notice);
        Publish("car-1", notice);
        Publish("car-1", notice with { QuarantinedAt = 5, Features = 2 });

        Assert.Equal(5, await QuarantinedAsync("new", 5));
    }

    [Fact]
    public async Task NoticeOfAnUnreadableFrame_GoesByTheContract()
    {
        Publish("car-1", new QuarantineNotice(Old.Contract, null, "object_size", "not-a-feature", 1, 1));

        Assert.Equal(1, await QuarantinedAsync("old", 1));
    }

    [Fact]
    public async Task NoticesOfOtherVehicles_OfFramesOfEarlierRuns_AndWhatIsNone_ProveNothing()
    {
        Publish("car-2", new QuarantineNotice(New.Contract, new FrameId(Session, 12), "object_size", "no-head", 1, 1));
        Publish("car-1", new QuarantineNotice(New.Contract, new FrameId(Session + 1, 12), "object_size", "no-head", 1, 1));
        Publish("car-1", new QuarantineNotice(ContractId.Of([3]), null, "object_size", "no-head", 1, 1));
        Publish("car-1", new QuarantineNotice(New.Contract, new FrameId(Session, 3), "object_size", "no-head", 7, 1));
        Publish("car-1", [0xFF, 0xFF, 1]);
        Publish("car-1", new byte[10_000]);
        Publish("car-1", new QuarantineNotice(New.Contract, new FrameId(Session, 10), "object_size", "no-head", 1, 1));

        Assert.Equal(1, await QuarantinedAsync("new", 1));
        Assert.False(_running.IsCompleted);
    }

    private async Task<long> QuarantinedAsync(string bundle, long atLeast)
    {
        long sum = 0;
        await Expect.UntilAsync(() => (sum += _observer.Take(bundle)?.Quarantined ?? 0) >= atLeast, $"{atLeast} features of bundle {bundle} are known to be in quarantine");
        return sum;
    }

    private void Publish(string vehicle, QuarantineNotice notice)
    {
        var payload = new byte[notice.GetSize()];
        notice.Write(payload);
        Publish(vehicle, payload);
    }

    private PublishOutcome Publish(string vehicle, byte[] payload) =>
        Expect.OutcomeAsync(_heads, new BusMessage(DataTopics.QuarantineNotice(Fleet, vehicle, "object_size"), payload)).GetAwaiter().GetResult().Outcome;

    private BusConnection Connect(string user, string password)
    {
        var bus = new BusConnection(new BusOptions { Host = _broker.Host, Port = _broker.Port, ClientId = user, Username = user, Password = password }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        return bus;
    }
}
