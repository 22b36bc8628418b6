using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Loop.Tests.Telemetry;

/// <summary>What a collector sees of a vehicle and a head consumer that know nothing of each other but the bus.</summary>
public sealed class TraceTests
{
    private const string Fleet = "traced";
    private const int Frames = 20;

    [Fact]
    public async Task A_trace_reaches_from_the_frame_to_its_prediction()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var collector = OtlpCollector.Start();
        using var tiny = TinyBundle.Create();
        await using var broker = await EmbeddedBroker.StartAsync(ct);
        var data = Directory.CreateTempSubdirectory("mtlsplit-trace-");
        try
        {
            await using var heads = Start(
                "MtlSplit.IoT.HeadConsumer", collector,
                "--fleet", Fleet, "--task", "object_size", "--consumer", "size-1", "--broker", $"{broker.Host}:{broker.Port}", "--models", tiny.ModelsFolder, "--data", data.FullName);
            await WarmAsync(broker, ct);
            await using var vehicle = Start(
                "MtlSplit.IoT.Backbone", collector,
                "--fleet", Fleet, "--vehicle", "car-1", "--bundle", tiny.Folder, "--broker", $"{broker.Host}:{broker.Port}", "--source", "shapes3d", "--rate", "50", "--frames", $"{Frames}");
            Assert.True(await vehicle.ExitAsync() == 0, vehicle.Log);
            heads.Terminate();
            Assert.True(await heads.ExitAsync() == 0, heads.Log);
        }
        finally
        {
            data.Delete(recursive: true);
        }

        var frames = collector.Spans.Where(span => span.Name == "frame").ToDictionary(span => span.Id);
        var predictions = collector.Spans.Where(span => span.Name == "predict").ToList();
        Assert.Equal(Frames, frames.Count);
        Assert.Equal(Frames, predictions.Count);
        Assert.All(predictions, prediction => Assert.Equal(frames[prediction.Parent].Trace, prediction.Trace));
        Assert.Equal(Frames, predictions.DistinctBy(prediction => prediction.Trace).Count());
        Assert.Contains(collector.Metrics.Keys, name => name.Contains("frames", StringComparison.Ordinal));
        Assert.Contains(collector.Metrics.Keys, name => name.Contains("predictions", StringComparison.Ordinal));
    }

    private static ProgramUnderTest Start(string program, OtlpCollector collector, params string[] args) => ProgramUnderTest.Start(
        Path.Combine("..", "..", program, new DirectoryInfo(AppContext.BaseDirectory).Name, program),
        new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            // A busy machine would drop frames, and each one is to be seen.
            ["MTLSPLIT_Backbone__WhenBusy"] = "Wait",
        },
        args);

    private static async Task WarmAsync(EmbeddedBroker broker, CancellationToken ct)
    {
        await using var bus = new BusConnection(new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = "trace-test" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await Expect.WithinAsync(bus.WhenConnectedAsync(ct), "the test connects");
        var status = await bus.SubscribeAsync(DataTopics.AllHeadConsumers(Fleet), ct);
        while (true)
        {
            var delivery = (await Expect.DeliveriesAsync(status, 1, "a warm head"))[0];
            if (HeadConsumerStatus.TryParse(delivery.Payload.Span) is { Online: true, Heads.Count: > 0 })
            {
                return;
            }
        }
    }
}
