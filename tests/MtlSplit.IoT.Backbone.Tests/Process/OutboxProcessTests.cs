using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Process;

/// <summary>The whole process with its outbox on disk, killed (SIGKILL) with features waiting.</summary>
public sealed class OutboxProcessTests : IAsyncLifetime
{
    private const int Frames = 600;
    private const int MoreFrames = 20;

    private readonly TinyBundle _tiny = TinyBundle.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-outbox-process-");
    private EmbeddedBroker _broker = null!;
    private BusConnection _reader = null!;

    private string Outbox => Path.Combine(_folder.FullName, "outbox");

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        _reader = new BusConnection(new BusOptions { Host = _broker.Host, Port = _broker.Port, ClientId = "reader" }, TimeProvider.System, NullLogger.Instance);
        File.WriteAllText(Path.Combine(_folder.FullName, "settings.json"), """{ "Backbone": { "WhenBusy": "Wait", "DrainTimeout": "00:00:20", "FreshFor": "00:01:00" }, "Process": { "StopDeadline": "00:00:30" } }""");
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _broker.DisposeAsync();
        _tiny.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task KilledWithoutABroker_AndAgainWhileItReplays_DeliversEveryFeature_LateAndInOrder()
    {
        await _broker.StopAsync(TestContext.Current.CancellationToken);
        await using (var offline = Start())
        {
            Feed(offline, Frames);
            await Expect.UntilAsync(() => Stored() == Frames, "every feature is stored", TimeSpan.FromMinutes(1));
            await offline.KillAsync();
        }

        await _broker.RestartAsync(TestContext.Current.CancellationToken);
        _reader.Start();
        await using var features = await SubscribeAsync(DataTopics.AllFeatures("test"));
        var deliveries = new List<BusDelivery>();
        await using (Start())
        {
            deliveries.AddRange(await Expect.DeliveriesAsync(features, 30, "the first of the backlog"));
        }

        await using var last = Start();
        Feed(last, MoreFrames);
        last.Input.Close();
        Assert.Equal(0, await last.ExitAsync());

        // The broker has them all; they come as they are acknowledged here.
        var messages = deliveries.ConvertAll(Read);
        while (messages.DistinctBy(m => m.Frame).Count() < Frames + MoreFrames)
        {
            messages.AddRange((await Expect.DeliveriesAsync(features, 1, $"the rest; {messages.Count} came")).Select(Read));
        }

        messages.AddRange(Expect.Waiting(features.Deliveries).Select(Read));
        var distinct = messages.DistinctBy(m => m.Frame).ToList();
        var session = messages[0].Frame.Session;
        Assert.Equal(Numbers(Frames), distinct.Where(m => m.Frame.Session == session).Select(m => m.Frame.Number));
        Assert.Equal(Numbers(MoreFrames), distinct.Where(m => m.Frame.Session != session).Select(m => m.Frame.Number));
        Assert.All(messages.Where(m => m.Frame.Session == session), m => Assert.True(m.Late, $"Frame {m.Frame.Number} came late and does not say so."));
        Assert.All(messages.Where(m => m.Frame.Session != session), m => Assert.False(m.Late, $"Frame {m.Frame.Number} is not late."));

        // Acknowledgements that were not written yet, and what was in flight.
        Assert.InRange(messages.Count - distinct.Count, 0, 63 + 40);
        Assert.Equal(0, Stored());
        await using var status = await SubscribeAsync(DataTopics.AllVehicleStatus("test"));
        var goodbye = VehicleStatus.TryParse((await Expect.DeliveryAsync(status, "the last status, which is kept")).Payload.Span)!;
        Assert.Equal((false, 0L), (goodbye.Online, goodbye.OutboxFeatures));
        Assert.Null(goodbye.OutboxOldestAt);
        Assert.Null(goodbye.FeaturesDropped);
    }

    [Fact]
    public async Task StoppedWithoutABroker_KeepsWhatItCould_AndSaysHowMuch()
    {
        await _broker.StopAsync(TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(_folder.FullName, "settings.json"), """{ "Backbone": { "WhenBusy": "Wait", "DrainTimeout": "00:00:00" } }""");
        await using var process = Start();
        Feed(process, 25);
        process.Input.Close();

        Assert.Equal(0, await process.ExitAsync());
        Assert.Contains("Kept 25 features", process.Log, StringComparison.Ordinal);
        Assert.Equal(25, Stored());
    }

    [Fact]
    public async Task SecondProcess_OnTheSameOutbox_IsRefusedByName()
    {
        await using var first = Start();
        await Expect.UntilAsync(() => File.Exists(Path.Combine(Outbox, "journal", "acknowledged")), "the first process has the outbox");
        await using var second = Start();

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("Backbone:OutboxFolder", second.Log, StringComparison.Ordinal);
        Assert.Contains(Outbox, second.Log, StringComparison.Ordinal);
    }

    private static IEnumerable<ulong> Numbers(int count) => Enumerable.Range(0, count).Select(n => (ulong)n);

    private static FeatureMessage Read(BusDelivery delivery)
    {
        Assert.True(FeatureMessage.TryRead(delivery.Payload.ToArray(), out var message, out var fault), fault.ToString());
        return message;
    }

    private static void Feed(ProgramUnderTest process, int frames)
    {
        for (var n = 0; n < frames; n++)
        {
            var frame = new byte[8 + (64 * 64 * 3)];
            BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(frame.Length - 4));
            BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), 64);
            BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(6), 64);
            TinyBundle.Noise(64, 64, n).CopyTo(frame, 8);
            process.Input.Write(frame);
        }

        process.Input.Flush();
    }

    // What a process that starts now would find. The running one goes on meanwhile, so that a copy may be torn; it is asked again then.
    private long Stored()
    {
        var copy = Directory.CreateTempSubdirectory("mtlsplit-outbox-copy-");
        try
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Outbox, "journal")))
            {
                File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
            }

            using var journal = Journal.Open(DiskFileSystem.Instance, copy.FullName, new JournalOptions(), TimeProvider.System);
            return journal.Recovery.Records;
        }
        catch (IOException)
        {
            return -1;
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private Task<IBusSubscription> SubscribeAsync(string filter) =>
        Expect.WithinAsync(_reader.SubscribeAsync(filter, TestContext.Current.CancellationToken), $"the subscription to {filter}");

    private ProgramUnderTest Start() => ProgramUnderTest.Start(
        "MtlSplit.IoT.Backbone",
        "--fleet", "test",
        "--vehicle", "car-1",
        "--bundle", _tiny.Folder,
        "--broker", $"{_broker.Host}:{_broker.Port}",
        "--source", "stdin",
        "--outbox", Outbox,
        "--settings", Path.Combine(_folder.FullName, "settings.json"));
}
