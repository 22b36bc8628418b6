using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Frames.Shapes;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Process;

/// <summary>The whole process against Mosquitto.</summary>
public sealed class BackboneProcessTests : IAsyncLifetime
{
    private const string Program = "MtlSplit.IoT.Backbone";
    private const string Fleet = "test";
    private const string Vehicle = "car-1";

    private readonly TinyBundle _tiny = TinyBundle.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-backbone-");
    private MosquittoBroker? _broker;
    private BusConnection? _bus;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        _broker = await MosquittoBroker.StartAsync(ct);
        _bus = new BusConnection(new BusOptions { Host = _broker.Host, Port = _broker.Port, ClientId = "observer", CleanStart = true }, TimeProvider.System, NullLogger.Instance);
        _bus.Start();
        await _bus.WhenConnectedAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await (_bus?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
        _tiny.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Backbone_Of200Frames_PublishesEachOnceInOrderAsTheBareSessionSees(int workers)
    {
        await using var features = await SubscribeAsync(DataTopics.AllFeatures(Fleet));
        await using var process = Start("--source", "shapes3d", "--rate", "0", "--frames", "200", "--workers", $"{workers}", "--settings", Settings("""{ "Backbone": { "WhenBusy": "Wait", "FreshFor": "00:01:00" } }"""));

        var deliveries = await Expect.DeliveriesAsync(features, 200, "a feature per frame");

        Assert.Equal(0, await process.ExitAsync());
        Assert.Empty(Expect.Waiting(features.Deliveries));
        var schedule = FrameSchedule.ForVehicle(1, Vehicle, ScheduledScenes.Test);
        using var session = BackboneSession.Load(_tiny.Bundle.BackbonePath, _tiny.Bundle.Descriptor);
        using var decoder = new FeatureDecoder(_tiny.Bundle.Descriptor);
        var quantiser = Assert.Single(_tiny.Bundle.Descriptor.Encodings, e => e.Name == EncodingVariant.UInt8).Quantiser!;
        var decoded = new float[_tiny.Bundle.Descriptor.Feature.Length];
        var sessions = new HashSet<ulong>();
        for (var n = 0; n < deliveries.Count; n++)
        {
            Assert.Equal(DataTopics.Feature(Fleet, Vehicle, _tiny.Bundle.Contract), deliveries[n].Topic);
            Assert.True(FeatureMessage.TryRead(deliveries[n].Payload, out var message, out var fault), fault.ToString());
            sessions.Add(message.Frame.Session);
            Assert.Equal(((ulong)n, (ulong)n, false), (message.Frame.Number, message.Sequence, message.Late));
            Assert.Equal(DecodeFault.None, decoder.TryDecode(message.Encoding, message.Tensor.Span, decoded));
            SceneRenderer.Render(schedule.IndexOf((ulong)n), Light.Standard, session.Frame);
            var bare = session.Run();
            for (var i = 0; i < decoded.Length; i++)
            {
                var expected = Math.Clamp(bare[i], quantiser.Low, quantiser.High);
                Assert.InRange(decoded[i], expected - (quantiser.Step * 0.501), expected + (quantiser.Step * 0.501));
            }
        }

        Assert.Single(sessions);
    }

    [Fact]
    public async Task Backbone_BeforeItsFirstFeature_PublishesTheRetainedDescriptor()
    {
        await using var process = Start("--rate", "50", "--frames", "1");
        Assert.Equal(ContractId.Parse(_tiny.Bundle.Contract.ToString()), _tiny.Bundle.Contract);
        await using var everything = await SubscribeAsync($"mtl/v1/{Fleet}/#");

        // Nobody listened when it started: the feature waits for us, late or not, and the descriptor is there before it.
        var seen = new List<BusDelivery>();
        while (!seen.Any(d => DataTopic.TryParse(d.Topic, out var t) && t.Kind == DataTopicKind.Feature))
        {
            seen.AddRange(await Expect.DeliveriesAsync(everything, 1, "descriptor, then feature"));
        }

        // Twice where it is published just while we subscribe: as it comes, and as what is retained.
        var descriptors = seen.Where(d => d.Topic == DataTopics.Contract(Fleet, _tiny.Bundle.Contract)).ToList();
        Assert.InRange(descriptors.Count, 1, 2);
        Assert.All(descriptors, descriptor => Assert.Equal(_tiny.Bundle.Contract, ContractId.Of(descriptor.Payload.Span)));
        Assert.Equal(0, await process.ExitAsync());
    }

    [Fact]
    public async Task Backbone_OnSigterm_DeliversWhatItCapturedAndSaysOffline()
    {
        await using var features = await SubscribeAsync(DataTopics.AllFeatures(Fleet));
        await using var status = await SubscribeAsync(DataTopics.AllVehicleStatus(Fleet));
        await using var process = Start("--rate", "100");
        var first = await Expect.DeliveriesAsync(features, 30, "features");

        process.Terminate();

        Assert.Equal(0, await process.ExitAsync());
        var last = VehicleStatus.TryParse(Expect.Waiting(status.Deliveries)[^1].Payload.Span)!;
        Assert.False(last.Online);
        Assert.Null(last.FeaturesDropped);
        Assert.Equal(last.FramesCaptured - last.FramesDropped, last.FeaturesDelivered);
        Assert.Equal(last.FeaturesDelivered, first.Count + Expect.Waiting(features.Deliveries).Count);
    }

    [Fact]
    public async Task Backbone_WhenKilled_IsOfflineByItsWill()
    {
        await using var status = await SubscribeAsync(DataTopics.AllVehicleStatus(Fleet));
        await using (Start("--rate", "10"))
        {
            var online = VehicleStatus.TryParse((await Expect.DeliveriesAsync(status, 1, "online"))[0].Payload.Span)!;
            Assert.True(online.Online);
            Assert.Equal(_tiny.Bundle.Contract.ToString(), online.Contract);
        }

        VehicleStatus last;
        do
        {
            last = VehicleStatus.TryParse((await Expect.DeliveriesAsync(status, 1, "the will"))[0].Payload.Span)!;
        }
        while (last.Online);
    }

    [Fact]
    public async Task Backbone_WhenTheLightChangesInItsSettings_RendersInTheNewLight()
    {
        await using var features = await SubscribeAsync(DataTopics.AllFeatures(Fleet));
        var settings = Settings("""{ "Frames": { "Shapes3D": { "Light": { "Red": 1 } } } }""");
        await using var process = Start("--rate", "50", "--encoding", "f32", "--settings", settings);
        await Expect.DeliveriesAsync(features, 5, "features in the usual light");

        Settings("""{ "Frames": { "Shapes3D": { "Light": { "Red": 0.1, "Ambient": 0.9 } } } }""");

        var light = new LightOptions { Red = 0.1, Ambient = 0.9 }.ToLight();
        var schedule = FrameSchedule.ForVehicle(1, Vehicle, ScheduledScenes.Test);
        using var session = BackboneSession.Load(_tiny.Bundle.BackbonePath, _tiny.Bundle.Descriptor);
        using var decoder = new FeatureDecoder(_tiny.Bundle.Descriptor);
        var decoded = new float[_tiny.Bundle.Descriptor.Feature.Length];
        var inNewLight = 0;
        for (var n = 0; n < 500 && inNewLight < 5; n++)
        {
            var delivery = (await Expect.DeliveriesAsync(features, 1, "features in the new light"))[0];
            Assert.True(FeatureMessage.TryRead(delivery.Payload, out var message, out _));
            decoder.TryDecode(message.Encoding, message.Tensor.Span, decoded);
            SceneRenderer.Render(schedule.IndexOf(message.Frame.Number), light, session.Frame);
            inNewLight += session.Run().SequenceEqual(decoded) ? 1 : 0;
        }

        Assert.Equal(5, inNewLight);
    }

    [Fact]
    public async Task Backbone_FromStandardInput_ResamplesAndEndsWithTheStream()
    {
        await using var features = await SubscribeAsync(DataTopics.AllFeatures(Fleet));
        await using var process = Start("--source", "stdin");
        process.Input.Write(Frame(64, 64));
        process.Input.Write(Frame(80, 48));
        process.Input.Close();

        await Expect.DeliveriesAsync(features, 2, "a feature per frame");

        Assert.Equal(0, await process.ExitAsync());
    }

    [Fact]
    public async Task Backbone_FromStandardInputWithABadLength_SaysWhereAndExitsOne()
    {
        await using var features = await SubscribeAsync(DataTopics.AllFeatures(Fleet));
        await using var process = Start("--source", "stdin");
        process.Input.Write(Frame(64, 64));
        var bad = Frame(64, 64);
        bad[0]++;
        process.Input.Write(bad);
        process.Input.Flush();

        Assert.Equal(1, await process.ExitAsync());
        await Expect.DeliveriesAsync(features, 1, "the good frame's feature");
        Assert.Contains("standard input: frame 1, at byte 12296: its length is 12293, but 64 x 64 pixels need 12292.", process.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backbone_WithADamagedBundle_SaysWhichFileAndExitsOne()
    {
        var golden = Path.Combine(_tiny.Folder, "golden", "0.rgb");
        var bytes = File.ReadAllBytes(golden);
        bytes[7] ^= 1;
        File.WriteAllBytes(golden, bytes);

        await using var process = Start("--rate", "10");

        Assert.Equal(1, await process.ExitAsync());
        Assert.Contains(golden, process.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backbone_WithoutAVehicle_NamesTheSettingAndExitsTwo()
    {
        await using var process = ProgramUnderTest.Start(Program, "--fleet", Fleet, "--bundle", _tiny.Folder);

        Assert.Equal(2, await process.ExitAsync());
        Assert.Contains("Backbone:Vehicle", process.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Frames": { "Rat": 30 } }""", "There is no setting 'Frames:Rat'.")]
    [InlineData("""{ "Frames": { "Shapes3d": { "Sed": 30 } } }""", "There is no setting 'Frames:Shapes3d:Sed'.")]
    [InlineData("""{ "Frames": { "Folder": { "Repeet": true } } }""", "There is no setting 'Frames:Folder:Repeet'.")]
    [InlineData("""{ "Frames": { "Shapes3D": { "Light": { "Red": 7 } } } }""", "Frames:Shapes3D:Light:Red")]
    public async Task Backbone_WithASettingOfFramesThatCannotBe_NamesItOnceAndExitsTwo(string settings, string named)
    {
        await using var process = Start("--settings", Settings(settings));

        Assert.Equal(2, await process.ExitAsync());
        Assert.Contains(named, process.Log, StringComparison.Ordinal);
        Assert.Single(process.Log.Split("error:", StringSplitOptions.RemoveEmptyEntries));
    }

    private static byte[] Frame(int width, int height)
    {
        var frame = new byte[8 + (width * height * 3)];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(frame.Length - 4));
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(6), (ushort)height);
        TinyBundle.Noise(width, height, 5).CopyTo(frame, 8);
        return frame;
    }

    private Task<IBusSubscription> SubscribeAsync(string filter) => _bus!.SubscribeAsync(filter, TestContext.Current.CancellationToken);

    private ProgramUnderTest Start(params string[] args) =>
        ProgramUnderTest.Start(Program, ["--fleet", Fleet, "--vehicle", Vehicle, "--bundle", _tiny.Folder, "--broker", $"{_broker!.Host}:{_broker.Port}", .. args]);

    private string Settings(string json)
    {
        var path = Path.Combine(_folder.FullName, "settings.json");
        var next = path + ".new";
        File.WriteAllText(next, json);
        File.Move(next, path, overwrite: true);
        return path;
    }
}
