using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Process;

/// <summary>The whole process against Mosquitto, while all is well and while it stops.</summary>
public sealed class HeadConsumerProcessTests : IAsyncLifetime
{
    // A head answers a row of a batch as it answers the row alone, but for the order of sums.
    private const float Tolerance = 1e-5f;

    private ConsumerBench _bench = null!;

    private Bundle Bundle => _bench.Tiny.Bundle;

    public async ValueTask InitializeAsync() => _bench = await ConsumerBench.OpenAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Features_OfTwoVehicles_AreAnsweredInOrderAsTheBareHeadAnswers()
    {
        const int Frames = 100;
        await using var consumer = await _bench.StartAsync();
        using var one = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        using var other = new TestVehicle(ConsumerBench.Fleet, "lorry-22", Bundle);

        await _bench.PublishAsync(Enumerable.Range(0, Frames).SelectMany(n => new[] { one.Feature(n), other.Feature(n) }));

        var numbers = new Dictionary<string, int> { ["car-1"] = 0, ["lorry-22"] = 0 };
        using var head = HeadOf(Bundle.PathOf(Bundle.FindTask(ConsumerBench.TaskName)!.Head));
        for (var i = 0; i < 2 * Frames; i++)
        {
            var (key, message) = await _bench.PredictionAsync("a prediction per feature");
            var vehicle = key.Vehicle == "car-1" ? one : other;
            var n = numbers[key.Vehicle]++;
            Assert.Equal((vehicle.Session, (ulong)n, (ulong)n), (message.Frame.Session, message.Frame.Number, message.Sequence));
            Assert.Equal(Bundle.Contract, message.Contract);
            Assert.StartsWith("h1-", message.HeadVersion, StringComparison.Ordinal);
            Assert.Equal(TestVehicle.CapturedAt(n), message.CapturedAt);
            Assert.InRange(message.ReceivedAt, 1, message.InferredAt);
            Assert.InRange(message.BatchSize, 1, 64);
            AssertAnswers(vehicle.Answer(head, n), message);
        }

        Assert.Empty(_bench.MorePredictions());
    }

    [Fact]
    public async Task Head_PublishedWhileFeaturesFlow_IsSwappedInAndNoneIsLost()
    {
        const int AfterSwap = 200;
        await using var consumer = await _bench.StartAsync();
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        var published = 0;
        List<(PredictionKey Key, PredictionMessage Message)> answers = [];
        string? next = null;
        var withNext = 0;
        while (withNext < AfterSwap)
        {
            await _bench.PublishAsync(Enumerable.Range(published, 20).Select(vehicle.Feature));
            published += 20;
            while (answers.Count < published)
            {
                answers.Add(await _bench.PredictionAsync($"an answer to each of {published} features"));
                withNext += answers[^1].Message.HeadVersion == next ? 1 : 0;
            }

            next ??= published >= 200 ? _bench.PublishHead(Bundle.Contract, seed: 9).Version : null;
        }

        Assert.Equal(published, answers.DistinctBy(a => a.Key.Frame).Count());
        var swap = answers.FindIndex(a => a.Message.HeadVersion == next);
        using var first = HeadOf(Bundle.PathOf(Bundle.FindTask(ConsumerBench.TaskName)!.Head));
        using var second = HeadOf(_bench.Heads.Current(Bundle.Contract, ConsumerBench.TaskName)!.OnnxPath);
        for (var n = 0; n < published; n++)
        {
            Assert.Equal((ulong)n, answers[n].Message.Frame.Number);
            Assert.StartsWith(n < swap ? "h1-" : "h2-", answers[n].Message.HeadVersion, StringComparison.Ordinal);
            AssertAnswers(vehicle.Answer(n < swap ? first : second, n), answers[n].Message);
        }
    }

    [Fact]
    public async Task Head_ThatIsDamaged_LeavesTheOneInUse()
    {
        await using var consumer = await _bench.StartAsync();
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        var release = _bench.Heads.Publish(
            Bundle.Contract,
            new() { Task = ConsumerBench.TaskName, Classes = ["only", "two"], Contract = "", Number = 0, Sha256 = "", CreatedAt = 1 },
            "this is no network"u8.ToArray());
        await Expect.UntilAsync(() => consumer.Log.Contains(release.OnnxPath, StringComparison.Ordinal), "the consumer says which head it refuses");
        await _bench.StatusAsync(
            status => status.Refused is [var refused] && refused.Version == release.Version && refused.Why.Contains(release.OnnxPath, StringComparison.Ordinal) && status.Heads is [var warm] && warm.Version.StartsWith("h1-", StringComparison.Ordinal),
            "its status says so too, and that the first one is still warm");

        await _bench.PublishAsync(vehicle.Feature(0));

        Assert.StartsWith("h1-", (await _bench.PredictionAsync("an answer of the first head")).Message.HeadVersion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_WhileFeaturesFlow_LosesNoneAndRepeatsOnlyKeys()
    {
        const int Frames = 600;
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        List<(PredictionKey Key, PredictionMessage Message)> answers = [];
        Task publishing;
        await using (var first = await _bench.StartAsync())
        {
            publishing = _bench.PublishAsync(Enumerable.Range(0, Frames).Select(vehicle.Feature));
            answers.Add(await _bench.PredictionAsync("a first answer"));
            await first.KillAsync();
        }

        await publishing;
        await using var second = await _bench.StartAsync();

        answers.AddRange(_bench.MorePredictions());
        while (answers.DistinctBy(a => a.Key.Frame).Count() < Frames)
        {
            answers.Add(await _bench.PredictionAsync($"an answer to each of {Frames} features; {answers.DistinctBy(a => a.Key.Frame).Count()} are there"));
        }

        Assert.Equal(Frames, answers.DistinctBy(a => a.Key).Count());
        second.Terminate();
        Assert.Equal(0, await second.ExitAsync());
    }

    [Fact]
    public async Task Sigterm_WhileFeaturesFlow_LosesNoneAndRepeatsNone()
    {
        const int Frames = 600;
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        List<(PredictionKey Key, PredictionMessage Message)> answers = [];
        Task publishing;
        await using (var first = await _bench.StartAsync())
        {
            publishing = _bench.PublishAsync(Enumerable.Range(0, Frames).Select(vehicle.Feature));
            answers.Add(await _bench.PredictionAsync("a first answer"));
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
            var last = await _bench.StatusAsync(s => !s.Online, "the consumer says goodbye");
            Assert.True(last.Predictions > 0, "the goodbye is the consumer's own, not its will");
        }

        await publishing;
        await using var second = await _bench.StartAsync();

        answers.AddRange(await _bench.PredictionsOfAsync(Frames - answers.Count, "an answer to each feature"));
        while (answers.DistinctBy(a => a.Key.Frame).Count() < Frames)
        {
            answers.Add(await _bench.PredictionAsync("an answer to each feature"));
        }

        second.Terminate();
        Assert.Equal(0, await second.ExitAsync());
        Assert.Empty(_bench.MorePredictions());
        Assert.Equal(Frames, answers.Count);
    }

    [Fact]
    public async Task Leaving_UnsubscribesAndAnswersWhatWasCommitted()
    {
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);
        await using (var consumer = await _bench.StartAsync("--leave", "true"))
        {
            await _bench.PublishAsync(Enumerable.Range(0, 50).Select(vehicle.Feature));
            consumer.Terminate();
            await _bench.PredictionsOfAsync(50, "an answer to each feature");
            Assert.Equal(0, await consumer.ExitAsync());
        }

        var outcome = await Expect.OutcomeAsync(_bench.Bus, vehicle.Feature(50));

        Assert.Equal(Messaging.PublishOutcome.NoSubscriber, outcome.Outcome);
    }

    [Fact]
    public async Task Repeats_OfAFeature_AreAnsweredOnce()
    {
        await using var consumer = await _bench.StartAsync();
        using var vehicle = new TestVehicle(ConsumerBench.Fleet, "car-1", Bundle);

        await _bench.PublishAsync([vehicle.Feature(0), vehicle.Feature(0), vehicle.Feature(1), vehicle.Feature(0)]);

        await _bench.PredictionsOfAsync(2, "an answer per frame");
        var status = await _bench.StatusAsync(s => s.Repeats == 2 && s.Predictions == 2, "two answers, two repeats");
        Assert.Equal(0, status.Quarantined);
        consumer.Terminate();
        Assert.Equal(0, await consumer.ExitAsync());
        Assert.Empty(_bench.MorePredictions());
    }

    [Fact]
    public async Task Consumer_WithoutATask_NamesTheSettingAndExitsTwo()
    {
        await using var consumer = ProgramUnderTest.Start("MtlSplit.IoT.HeadConsumer", "--fleet", ConsumerBench.Fleet, "--consumer", "a");

        Assert.Equal(2, await consumer.ExitAsync());
        Assert.Contains("HeadConsumer:Task", consumer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consumer_ForWhoseTaskNoBundleHasAHead_SaysSoAtOnce()
    {
        await using var consumer = _bench.Start("object_sise");

        await Expect.UntilAsync(
            () => consumer.Log.Contains($"No bundle below {_bench.Tiny.ModelsFolder} has a head for object_sise", StringComparison.Ordinal),
            $"it warns; it said: {consumer.Log}");
    }

    private static void AssertAnswers(float[] expected, PredictionMessage message)
    {
        var probabilities = message.Probabilities.ToArray();
        Assert.Equal(expected.Length, probabilities.Length);
        Assert.All(expected.Zip(probabilities), p => Assert.InRange(p.Second, p.First - Tolerance, p.First + Tolerance));
        Assert.Equal(probabilities.Max(), probabilities[message.Class]);
    }

    private HeadSession HeadOf(string onnxPath) => HeadSession.Load(onnxPath, Bundle.Descriptor.Feature.Length, Bundle.FindTask(ConsumerBench.TaskName)!.Classes.Length, 1);
}
