using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Recording;

/// <summary>The recorder over Mosquitto.</summary>
public sealed class SampleRecorderTests : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private MosquittoBroker _broker = null!;
    private BusConnection _vehicle = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await MosquittoBroker.StartAsync(Ct);
        _vehicle = RunningRecorder.Connect(_broker, "vehicle");
        await _vehicle.WhenConnectedAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _vehicle.DisposeAsync();
        await _broker.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Messages_OfAllKinds_AreStoredOnceAndQueryableWhileRecording()
    {
        await using var recording = RunningRecorder.Start(_broker, _data.Path);
        await recording.ReadyAsync();

        await SendAsync(DataTopics.Contract(Messages.Fleet, Messages.Contract), Messages.Descriptor.ToCanonicalJson(), retain: true);
        await SendAsync(DataTopics.Label(Messages.Fleet, Messages.Vehicle, Messages.Task), Messages.Label(2));
        for (var i = 0UL; i < 50; i++)
        {
            await SendFeatureAsync(i);
        }

        await SendFeatureAsync(7);
        await SendAsync(DataTopics.Prediction(Messages.Fleet, Messages.Vehicle, Messages.Task), Messages.Prediction(2));
        await Expect.UntilAsync(() => recording.Statistics is { Messages: 53, Contracts: 1 }, "53 messages are recorded");

        using var reader = SampleReader.Open(_data.Path);
        var all = reader.Samples(new SampleFilter(Messages.Contract, Messages.Task) { LabelledOnly = false }, Ct);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (ulong)i), all.Samples.Select(s => s.Frame.Number));
        var labelled = Assert.Single(reader.Samples(new SampleFilter(Messages.Contract, Messages.Task), Ct).Samples);
        Assert.Equal((2UL, "2", 1), (labelled.Frame.Number, labelled.Label, labelled.PredictedClass));
        Assert.Equal(1, reader.Statistics().RepeatsDropped);
    }

    [Fact]
    public async Task Recorder_StoppedInOrder_LeavesNoLogBehind()
    {
        await using (var recording = RunningRecorder.Start(_broker, _data.Path))
        {
            await recording.ReadyAsync();
            await SendFeatureAsync(1);
            await Expect.UntilAsync(() => recording.Statistics.Messages == 1, "the feature is recorded");
        }

        Assert.Empty(new SampleFolder(_data.Path).Segments());
        Assert.Equal([1UL], StoredFrames());
    }

    [Fact]
    public async Task Recorder_KilledBeforeItCommitted_GetsTheMessagesAgain()
    {
        var killed = RunningRecorder.Start(_broker, _data.Path, o => o with { GroupDelay = TimeSpan.FromMinutes(5) });
        await killed.ReadyAsync();
        for (var i = 0UL; i < 20; i++)
        {
            await SendFeatureAsync(i);
        }

        Assert.Equal(0, killed.Statistics.Messages);
        await killed.KillAsync();
        Assert.Empty(StoredFrames());

        await using var recording = RunningRecorder.Start(_broker, _data.Path);
        await Expect.UntilAsync(() => recording.Statistics.Messages == 20, "all 20 messages are delivered again");

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (ulong)i), StoredFrames());
    }

    [Fact]
    public async Task Messages_SentWhileTheRecorderIsAway_AreRecordedWhenItIsBack()
    {
        await using (var first = RunningRecorder.Start(_broker, _data.Path))
        {
            await first.ReadyAsync();
        }

        await SendFeatureAsync(1);
        await SendFeatureAsync(2);
        await using var second = RunningRecorder.Start(_broker, _data.Path);
        await Expect.UntilAsync(() => second.Statistics.Messages == 2, "both messages are recorded");

        Assert.Equal([1UL, 2UL], StoredFrames());
    }

    [Fact]
    public async Task BadMessages_AreCountedByReasonAndKeptOutInQuarantine()
    {
        await using var recording = RunningRecorder.Start(_broker, _data.Path);
        await recording.ReadyAsync();
        var feature = DataTopics.Feature(Messages.Fleet, Messages.Vehicle, Messages.Contract);
        var label = DataTopics.Label(Messages.Fleet, Messages.Vehicle, Messages.Task);

        await SendAsync(feature, []);
        await SendAsync(feature, Messages.Feature(1)[..^1]);
        await SendAsync(feature, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
        await SendAsync(feature.Replace(Messages.Contract.ToString(), "nonsense", StringComparison.Ordinal), Messages.Feature(1));
        await SendAsync(feature, Messages.Feature(1, capturedAt: -5_000_000));
        await SendAsync(label, Messages.Label(1, task: "another"));
        await SendAsync(label, Messages.Feature(1));
        await SendAsync(DataTopics.Prediction(Messages.Fleet, Messages.Vehicle, Messages.Task), Messages.Prediction(1, task: "another"));
        await SendAsync(DataTopics.Contract(Messages.Fleet, Messages.Contract), "{}"u8.ToArray());
        await SendAsync(DataTopics.Contract(Messages.Fleet, Messages.Contract), (Messages.Descriptor with { Network = "other" }).ToCanonicalJson());
        await SendFeatureAsync(5);
        await Expect.UntilAsync(() => recording.Statistics is { Messages: 1, RefusedTotal: 10 }, "the good message is recorded and ten are refused");

        Assert.Equal(
            (4, 1, 1, 2, 2),
            (recording.Statistics.Refused(BadSample.Unreadable),
                recording.Statistics.Refused(BadSample.UnknownTopic),
                recording.Statistics.Refused(BadSample.TimeOutOfRange),
                recording.Statistics.Refused(BadSample.TopicMismatch),
                recording.Statistics.Refused(BadSample.BadDescriptor)));
        Assert.Equal([5UL], StoredFrames());
        Assert.Equal(
            [("time-out-of-range", 1), ("topic-mismatch", 2), ("unknown-topic", 1), ("unreadable", 4)],
            Quarantined().CountBy(e => e.Reason).Select(c => (c.Key, c.Value)).Order());
        Assert.All(Quarantined(), e => Assert.NotEmpty(e.Detail));
        using var reader = SampleReader.Open(_data.Path);
        Assert.Null(reader.Descriptor(Messages.Contract));
    }

    [Fact]
    public async Task Recorder_WhoseDiskRefusesWrites_AcknowledgesNothingUntilItTakesThem()
    {
        var folder = new SampleFolder(_data.Path);
        Directory.CreateDirectory(folder.Root);
        await File.WriteAllTextAsync(folder.Log, "a file where the log's folder should be", Ct);
        await using var recording = RunningRecorder.Start(_broker, _data.Path, o => o with { RetryDelay = TimeSpan.FromMilliseconds(20) });
        await recording.ReadyAsync();

        await SendFeatureAsync(1);
        await Expect.UntilAsync(() => recording.Statistics.CommitFailures > 1, "the commit was tried twice");
        Assert.Equal(0, recording.Statistics.Messages);
        File.Delete(folder.Log);
        await Expect.UntilAsync(() => recording.Statistics.Messages == 1, "the message is recorded once the disk takes it");

        Assert.Equal([1UL], StoredFrames());
    }

    [Fact]
    public async Task Label_WhoseTextIsNoUtf8_IsAcknowledgedOnlyOnceItIsInQuarantine()
    {
        var folder = Path.Combine(_data.Path, "quarantine");
        await File.WriteAllTextAsync(folder, "a file where the quarantine's folder should be", Ct);
        var topic = DataTopics.Label(Messages.Fleet, Messages.Vehicle, Messages.Task);
        var label = Messages.Label(1, className: "zz");
        // 0xC3 opens a character of two bytes that 0x28 does not close.
        var text = label.AsSpan().IndexOf("zz"u8);
        (label[text], label[text + 1]) = (0xC3, 0x28);

        await using (var first = StartPatient())
        {
            await first.ReadyAsync();
            await SendAsync(topic, label);
            await Expect.UntilAsync(() => first.Statistics.CommitFailures > 1, "the quarantine was tried twice");
            Assert.Equal(0, first.Statistics.RefusedTotal);
        }

        // The first recorder did not acknowledge it, so it comes again; the third finds nothing left.
        await using (var second = StartPatient())
        {
            await Expect.UntilAsync(() => second.Statistics.CommitFailures > 1, "it is delivered again and tried");
            File.Delete(folder);
            await Expect.UntilAsync(() => second.Statistics.Refused(BadSample.Unreadable) == 1, "it is in quarantine once the disk takes it");
        }

        await using var third = StartPatient();
        await third.ReadyAsync();
        await SendAsync(topic, Messages.Label(2));
        await Expect.UntilAsync(() => third.Statistics.Messages == 1, "the next label is recorded");
        Assert.Equal(0, third.Statistics.RefusedTotal);
        var kept = Assert.Single(Quarantined());
        Assert.Equal((topic, "unreadable"), (kept.Topic, kept.Reason));
        Assert.Equal(label, kept.Payload.ToArray());
        Assert.NotEmpty(kept.Detail);

        RunningRecorder StartPatient() => RunningRecorder.Start(_broker, _data.Path, o => o with { RetryDelay = TimeSpan.FromMilliseconds(20) });
    }

    private IReadOnlyList<QuarantineEntry> Quarantined()
    {
        using var log = new QuarantineLog(Path.Combine(_data.Path, "quarantine", "recorder"), new QuarantineOptions(), TimeProvider.System);
        return [.. log.Read().Select(m => m.Entry)];
    }

    private IEnumerable<ulong> StoredFrames()
    {
        using var reader = SampleReader.Open(_data.Path);
        return [.. reader.Query("SELECT number FROM features ORDER BY number", 1000).Rows.Select(r => (ulong)r[0]!)];
    }

    private Task SendFeatureAsync(ulong number) => SendAsync(DataTopics.Feature(Messages.Fleet, Messages.Vehicle, Messages.Contract), Messages.Feature(number));

    private async Task SendAsync(string topic, byte[] payload, bool retain = false)
    {
        var result = await Expect.OutcomeAsync(_vehicle, new BusMessage(topic, payload) { Retain = retain });
        Assert.Equal(PublishOutcome.Delivered, result.Outcome);
    }
}
