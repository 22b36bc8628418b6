using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Publishing;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Intake;

public sealed class FeatureQuarantineTests : IAsyncDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("mtlsplit-quarantine-");
    private readonly FakeTimeProvider _time = new();
    private readonly HeadConsumerMetrics _metrics = new("task");
    private readonly RepeatWindow _window = new(100);
    private readonly QuarantineLog _log;
    private readonly BusConnection _bus;
    private readonly FeatureQuarantine _quarantine;

    public FeatureQuarantineTests()
    {
        _log = new QuarantineLog(Path.Combine(_home.FullName, "quarantine"), new QuarantineOptions(), _time);
        // The topics of these features name no vehicle, so that nobody is told.
        _bus = new BusConnection(new BusOptions { Host = "127.0.0.1", Port = 1, ClientId = "heads" }, _time, NullLogger.Instance);
        _quarantine = new FeatureQuarantine(_log, new QuarantineNotifier(_bus, "fleet", "task", 10, _time, NullLogger.Instance), _window, capacity: 10, _metrics, _time, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        _log.Dispose();
        _metrics.Dispose();
        _home.Delete(recursive: true);
    }

    [Fact]
    public void Feature_ThatTheDiskDoesNotTake_StaysUnacknowledgedUntilItDoes()
    {
        var features = new[] { SampleFeature.Of(_time, 1), SampleFeature.Of(_time, 2) };
        foreach (var feature in features)
        {
            _window.TryAdmit(feature.Key, feature.Delivery);
        }

        // A file stands where the folder should be.
        File.WriteAllText(_log.Folder, "in the way");
        _quarantine.Take(features[0].Pending, "reason-1", "detail");
        _quarantine.Take(features[1].Delivery, "reason-2", "detail");
        Assert.DoesNotContain(features, f => f.Acknowledged);

        File.Delete(_log.Folder);
        _quarantine.Retry();
        Assert.DoesNotContain(features, f => f.Acknowledged);
        _time.Advance(TimeSpan.FromSeconds(1));
        _quarantine.Retry();

        Assert.All(features, f => Assert.True(f.Acknowledged));
        Assert.Equal(["reason-1", "reason-2"], _log.Read().Select(m => m.Entry.Reason));
        Assert.Equal(2, _quarantine.Count);
    }
}
