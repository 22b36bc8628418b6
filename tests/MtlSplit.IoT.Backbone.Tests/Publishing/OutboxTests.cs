using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Contracts.Features;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Publishing;

/// <summary>The outbox's promises, wherever features wait.</summary>
public abstract class OutboxTests : IDisposable
{
    private const int Window = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-outbox-");
    private readonly FakeTimeProvider _time = new();
    private readonly BackboneOptions _options;
    private readonly PublishedContract _contract;
    private readonly List<Loss> _lost = [];
    private IFeatureStore _store;
    private Outbox _outbox;

    private protected OutboxTests(bool onDisk)
    {
        _options = new BackboneOptions { Fleet = "test", Vehicle = "car-1", OutboxFeatures = 512, OutboxBytes = 1 << 20, OutboxFolder = onDisk ? _folder.FullName : null };
        _contract = PublishedContract.Of(_options, ContractId.Of([1]), [1]);
        (_store, _outbox) = Open();
    }

    private protected string Folder => _folder.FullName;

    private protected BackboneOptions Options => _options;

    private protected Outbox Outbox => _outbox;

    private protected IReadOnlyList<Loss> Lost => _lost;

    private protected FakeTimeProvider Time => _time;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Live_ComeInOrder_AndNoneIsLate()
    {
        Add(0, 100);
        for (var n = 0UL; n < 100; n++)
        {
            var feature = Take();
            Assert.Equal((n, false), (feature.Frame.Number, feature.Late));
            _outbox.Settle(feature);
        }

        Assert.Null(_outbox.Take());
        Assert.Equal((0, 0), (_outbox.Count, _outbox.InFlight));
    }

    [Fact]
    public void WhatWaitedTooLong_IsBacklog_InOrder_MarkedLate_WithItsContract_AndNewOnesGoFirst()
    {
        Add(0, 20);
        _time.Advance(_options.FreshFor * 2);
        Add(100, 6);

        var taken = TakeAndSettle(26);

        Assert.Equal([100, 101, 102, 0, 103, 104, 105, 1, 2, 3], taken.Take(10).Select(f => f.Frame.Number));
        Assert.Equal(Enumerable.Range(0, 20).Select(n => (ulong)n), taken.Where(f => f.Late).Select(f => f.Frame.Number));
        Assert.All(taken, f => Assert.Equal((f.Late, _contract), (Message(f).Late, f.Contract)));
        Assert.Equal(0, _outbox.Count);
    }

    [Fact]
    public void Backlog_TakesAtMostHalfOfTheWindow_SoThatALiveFeatureHasRoom()
    {
        Add(0, 20);
        _time.Advance(_options.FreshFor * 2);
        var inFlight = Enumerable.Range(0, Window / 2).Select(_ => Take()).ToList();
        Assert.Null(_outbox.Take());
        Add(100, 1);
        Assert.Equal(100UL, Take().Frame.Number);

        _outbox.Settle(inFlight[0]);
        Assert.Equal(4UL, Take().Frame.Number);
    }

    [Fact]
    public void PutBack_GoesBackToItsPlace_InEitherStream()
    {
        Add(0, 3);
        var (a, b) = (Take(), Take());
        _outbox.PutBack(b);
        _outbox.PutBack(a);
        Assert.Equal([0, 1], TakeAndPutBack(2));

        _time.Advance(_options.FreshFor * 2);
        Assert.Equal([0, 1, 2], TakeAndPutBack(3));
        Add(9, 1);
        Assert.Equal([9, 0, 1, 2], Numbers(TakeAndSettle(4)));
        Assert.Equal(0, _outbox.Count);

        List<ulong> TakeAndPutBack(int count)
        {
            var taken = Enumerable.Range(0, count).Select(_ => Take()).ToList();
            taken.ForEach(_outbox.PutBack);
            return [.. taken.Select(f => f.Frame.Number)];
        }
    }

    [Fact]
    public void LiveFeatureInFlight_IsNotTakenFromTheBacklogToo()
    {
        Add(0, 4);
        var inFlight = Take();
        _time.Advance(_options.FreshFor * 2);
        Assert.Equal([1, 2, 3], Numbers(TakeAndSettle(3)));
        Assert.Null(_outbox.Take());
        _outbox.PutBack(inFlight);
        Assert.Equal(0UL, TakeAndSettle(1)[0].Frame.Number);
        Assert.Null(_outbox.Take());
    }

    [Fact]
    public void Full_DropsTheOldest_CountsEach_AndWhatIsInFlightMayStillBeDelivered()
    {
        Add(0, 1, 1000);
        var inFlight = Take();
        Add(1, 3000, 1000);
        Assert.All(_lost, loss => Assert.Equal(DropReason.OutboxFull, loss.Reason));
        Assert.Equal(3001, _outbox.Count + _lost.Sum(loss => loss.Count));

        _outbox.Settle(inFlight);
        Assert.Equal(3000, _outbox.Count + _lost.Sum(loss => loss.Count));
        var rest = TakeAndSettle(_outbox.Count).Select(f => f.Frame.Number).Order().ToList();
        Assert.Equal(Enumerable.Range((int)rest[0], rest.Count).Select(n => (ulong)n), rest);
        Assert.Equal(3000UL, rest[^1]);
        Assert.InRange(rest.Count, 511, 1000);
        Assert.Null(_outbox.Take());
    }

    [Fact]
    public void Statistics_ShowDepthBytesAndTheOldest()
    {
        Assert.Equal(new OutboxStatistics(0, 0, 0), _outbox.Statistics with { Bytes = 0 });
        Add(1, 100);
        var statistics = _outbox.Statistics;
        Assert.Equal((100, 1), (statistics.Features, statistics.OldestAt));
        Assert.InRange(statistics.Bytes, 2900, 64 << 10);
        TakeAndSettle(50);

        // To within a few features.
        Assert.InRange(_outbox.Statistics.OldestAt, 51 - 16, 51);
    }

    [Fact]
    public void Adding_AllocatesNothingBesideTheFeature()
    {
        // Few enough for one file of the disk's store: a new one costs a handle.
        Add(0, 150, 100);
        TakeAndSettle(150);
        var features = Enumerable.Range(0, 100).Select(n => Feature(n, 100)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var feature in features)
        {
            _outbox.Add(feature);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Meter_ShowsDepthBytesAndAge()
    {
        using var bench = new BackboneBench();
        bench.Counters.Watch(() => _outbox.Statistics, _time);
        Add(1, 10);
        var seen = new Dictionary<string, double>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name.StartsWith("mtlsplit.backbone.outbox", StringComparison.Ordinal))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(10, seen["mtlsplit.backbone.outbox.features"]);
        Assert.Equal(_outbox.Statistics.Bytes, seen["mtlsplit.backbone.outbox.bytes"]);
        Assert.Equal((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds, seen["mtlsplit.backbone.outbox.age"], 0.001);
    }

    [Fact]
    public void RandomUse_LosesNothingAndRepeatsNothing()
    {
        var random = new Random(3);
        var (added, settled, inFlight) = (0, new HashSet<ulong>(), new List<OutboxFeature>());
        for (var step = 0; step < 5000; step++)
        {
            switch (random.Next(8))
            {
                case 0 when _outbox.Count < 400:
                    Add(added, 3);
                    added += 3;
                    break;
                case 1:
                    _time.Advance(TimeSpan.FromMilliseconds(random.Next(1500)));
                    break;
                case < 5 when inFlight.Count < Window && _outbox.Take() is { } taken:
                    inFlight.Add(taken);
                    break;
                default:
                    if (inFlight.Count > 0)
                    {
                        var which = random.Next(inFlight.Count);
                        if (random.Next(3) == 0)
                        {
                            _outbox.PutBack(inFlight[which]);
                        }
                        else
                        {
                            _outbox.Settle(inFlight[which]);
                            Assert.True(settled.Add(inFlight[which].Frame.Number), "A feature was settled twice.");
                        }

                        inFlight.RemoveAt(which);
                    }

                    break;
            }

            Assert.Equal(added - settled.Count, _outbox.Count);
        }

        inFlight.ForEach(_outbox.PutBack);
        Assert.All(TakeAndSettle(_outbox.Count), feature => Assert.True(settled.Add(feature.Frame.Number)));
        Assert.Equal(added, settled.Count);
        Assert.Empty(_lost);
    }

    private protected void Reopen()
    {
        _store.Dispose();
        (_store, _outbox) = Open();
    }

    private protected void Replace(IFeatureStore store)
    {
        _store.Dispose();
        (_store, _outbox) = (store, new Outbox(store, _options.FreshFor, Window, _time, _lost.Add));
        _outbox.Keep(_contract);
    }

    private protected void Add(int from, int count, int bytes = 3)
    {
        for (var n = from; n < from + count; n++)
        {
            _outbox.Add(Feature(n, bytes));
        }
    }

    private OutboxFeature Feature(int number, int bytes)
    {
        var message = new FeatureMessage(new FrameId(1, (ulong)number), number, (ulong)number, 1, new byte[bytes], Late: false);
        return new OutboxFeature { Contract = _contract, Frame = message.Frame, CapturedAt = number, Payload = OutboxFeature.Write(message), EncodedBytes = bytes };
    }

    private protected List<OutboxFeature> TakeAndSettle(int count)
    {
        var taken = new List<OutboxFeature>();
        for (var n = 0; n < count; n++)
        {
            taken.Add(Take());
            _outbox.Settle(taken[^1]);
        }

        return taken;
    }

    private protected static List<ulong> Numbers(IEnumerable<OutboxFeature> features) => [.. features.Select(feature => feature.Frame.Number)];

    private protected static FeatureMessage Message(OutboxFeature feature)
    {
        Assert.True(FeatureMessage.TryRead(feature.Payload, out var message, out var fault), fault.ToString());
        return message;
    }

    private (IFeatureStore Store, Outbox Outbox) Open()
    {
        var store = FeatureStores.Open(_options, _time, NullLogger.Instance);
        var outbox = new Outbox(store, _options.FreshFor, Window, _time, _lost.Add);
        outbox.Keep(_contract);
        return (store, outbox);
    }

    private OutboxFeature Take() => _outbox.Take() ?? throw new InvalidOperationException("Nothing is to be taken.");
}
