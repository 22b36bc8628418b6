using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Predictions;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Predictions;

public sealed class PredictionReaderTests
{
    private static readonly ContractId Contract = new(SHA256.HashData([1]));

    [Fact]
    public async Task OwnPredictions_AreCountedOncePerKey_WhateverElseComes()
    {
        using var bench = new BackboneBench();
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = new BusConnection(new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = "car" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        var options = new BackboneOptions { Fleet = "f", Vehicle = "car-1" };
        var reader = new PredictionReader(bus, options, bench.Counters, observer: null, TimeProvider.System, NullLogger<PredictionReader>.Instance);
        using var end = new CancellationTokenSource();
        var running = reader.RunAsync(end.Token);
        await Expect.UntilAsync(() => broker.Statistics.Sessions == 1, "the vehicle is connected");
        await Expect.UntilAsync(() => Publish("car-1", Prediction(0, 1)) == PublishOutcome.Delivered, "the vehicle listens");

        Publish("car-1", Prediction(0, 1));
        Publish("car-1", Prediction(1, 2));
        Publish("car-1", Prediction(1, 2) with { HeadVersion = "h2-b" });
        Publish("car-2", Prediction(2, 3));
        Publish("car-1", Prediction(3, 3) with { CapturedAt = long.MinValue });
        Publish("car-1", Prediction(4, 3) with { CapturedAt = long.MaxValue });
        PublishBytes("car-1", [0xFF, 0xFF, 1]);
        PublishBytes("car-1", []);
        Publish("car-1", Prediction(5, 0));

        await Expect.UntilAsync(() => bench.Counters.Predictions == 6 && reader.LastClasses["task"] == 0, $"six keys are counted");
        Assert.False(running.IsCompleted);
        await end.CancelAsync();
        await Expect.WithinAsync(running, "the reader ends");
        Assert.Equal(6, bench.Counters.Predictions);

        PublishOutcome Publish(string vehicle, PredictionMessage prediction)
        {
            var payload = new byte[prediction.GetSize()];
            prediction.Write(payload);
            return PublishBytes(vehicle, payload);
        }

        PublishOutcome PublishBytes(string vehicle, byte[] payload) =>
            Expect.OutcomeAsync(bus, new BusMessage(DataTopics.Prediction("f", vehicle, "task"), payload)).GetAwaiter().GetResult().Outcome;
    }

    private static PredictionMessage Prediction(ulong number, int @class) =>
        new(new FrameId(1, number), Contract, "task", "h1-a", 1_700_000_000_000_000, 2, 3, @class, new float[] { 0.1f, 0.2f, 0.3f, 0.4f }, number, 1);
}
