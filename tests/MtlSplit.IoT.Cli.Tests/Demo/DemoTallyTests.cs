using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Cli.Demo;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Twins;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class DemoTallyTests
{
    private const string Size = "object_size";
    private const string Shape = "object_shape";
    private const string Shifted = "vehicle-1";
    private const string Other = "vehicle-2";

    private static readonly string[] Sizes = ["small", "large"];
    private static readonly string[] Shapes = ["cube", "sphere"];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly DemoTally _tally;
    private ulong _frames;

    public DemoTallyTests() => _tally = new DemoTally([(Size, Sizes), (Shape, Shapes)], [Shifted, Other], Shifted, _time);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Take_AnswerAndLabelInEitherOrder_ScoresTheFrameOnce(bool labelFirst)
    {
        var frame = NextFrame();
        Action[] arrivals = [() => Predict(frame, 1), () => Label(frame, "large")];
        foreach (var arrival in labelFirst ? arrivals.Reverse() : arrivals)
        {
            arrival();
        }

        Label(frame, "large");
        Label(frame, "small");

        Assert.Equal(new Score(1, 1), Phase(Size, DemoPhase.Usual));
        Assert.Equal(default, Phase(Shape, DemoPhase.Usual));
    }

    [Fact]
    public void Take_WrongAnswersAndUnlabelledOnes_CountOnlyWhereALabelSaysSo()
    {
        var (right, wrong, unlabelled) = (NextFrame(), NextFrame(), NextFrame());
        Predict(right, 0);
        Predict(wrong, 0);
        Predict(unlabelled, 0);

        Label(right, "small");
        Label(wrong, "large");
        Label(NextFrame(), "large");

        Assert.Equal(new Score(1, 2), Phase(Size, DemoPhase.Usual));
        Assert.Equal(3, Task(Size, t => t.Predicted));
    }

    [Fact]
    public void Phases_FollowTheTimeOfCapture_NotThatOfTheLabel()
    {
        List<(FrameId Frame, DemoPhase Phase)> frames = [];
        Capture(DemoPhase.Usual);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _tally.MarkShift(TimeSpan.FromSeconds(2));
        Capture(DemoPhase.Changing);
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMicroseconds(1));
        Capture(DemoPhase.Changing);
        _time.Advance(TimeSpan.FromMicroseconds(1));
        Capture(DemoPhase.Shifted);
        _time.Advance(TimeSpan.FromSeconds(30));
        _tally.MarkSwap(Size);
        Capture(DemoPhase.Shifted);
        _time.Advance(TimeSpan.FromMicroseconds(1));
        Capture(DemoPhase.Recovered);

        // A second swap must not move the border.
        _time.Advance(TimeSpan.FromSeconds(5));
        _tally.MarkSwap(Size);
        Capture(DemoPhase.Recovered);

        foreach (var (frame, _) in frames)
        {
            Label(frame, "small");
        }

        foreach (var phase in Enum.GetValues<DemoPhase>())
        {
            Assert.Equal(frames.Count(f => f.Phase == phase), Phase(Size, phase).Count);
        }

        void Capture(DemoPhase phase)
        {
            var frame = NextFrame();
            frames.Add((frame, phase));
            Predict(frame, 0);
        }
    }

    [Fact]
    public void Phases_OfTheOtherVehiclesAndOfTheOtherTask_AreKeptApart()
    {
        _tally.MarkShift(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(1));
        _tally.MarkSwap(Size);
        _time.Advance(TimeSpan.FromSeconds(1));
        var frame = NextFrame();
        Predict(frame, 0, vehicle: Other);
        Predict(frame, 1, Shape);
        Label(frame, "small", vehicle: Other);
        Label(frame, "sphere", Shape);

        Assert.Equal(default, Phase(Size, DemoPhase.Recovered));
        Assert.Equal(new Score(1, 1), Task(Size, t => t.Others.GetValueOrDefault(DemoPhase.Recovered)));
        // The head of shapes was not swapped, so its frames are still shifted ones.
        Assert.Equal(new Score(1, 1), Phase(Shape, DemoPhase.Shifted));
    }

    [Fact]
    public void Phases_OfTheNewBackbone_GoByTheContract()
    {
        var contract = ContractId.Parse(new string('a', 64));
        var before = NextFrame();
        _tally.Take(Shifted, Prediction(before, 0, Size, "h1") with { Contract = contract, CapturedAt = _tally.Now() });
        _tally.MarkRenewal(contract.ToString());
        var (renewed, old) = (NextFrame(), NextFrame());
        _tally.Take(Shifted, Prediction(renewed, 0, Size, "h1") with { Contract = contract, CapturedAt = _tally.Now() });
        Predict(old, 1);
        foreach (var frame in new[] { before, renewed, old })
        {
            Label(frame, "small");
        }

        Assert.Equal(new Score(1, 1), Phase(Size, DemoPhase.Renewed));
        Assert.Equal(new Score(1, 2), Phase(Size, DemoPhase.Usual));
    }

    [Fact]
    public void Take_WhatAVehicleReports_IsShownInShort()
    {
        var (digest, contract) = (new string('b', 64), new string('c', 64));
        Assert.Equal(("-", "-", "-"), Shown());
        _tally.Take(Shifted, new BackboneReported { Active = new RunningBundle(digest, contract, 1, Proven: true) });
        Assert.Equal(("bbbbbbbb", "fc-cccccccccccc", "proven"), Shown());
        _tally.Take(Shifted, new BackboneReported
        {
            Active = new RunningBundle(digest, contract, 1, Proven: true),
            Update = new UpdateReport { Digest = contract, State = "refused", Code = "bad-digest", Reason = "…" },
        });
        Assert.Equal(("bbbbbbbb", "fc-cccccccccccc", "refused: bad-digest"), Shown());
        Assert.Null(_tally.ReportedBy(Other));
        Assert.Equal("bad-digest", _tally.ReportedBy(Shifted)!.Update!.Code);

        (string, string, string) Shown() => _tally.Read((vehicles, _, _) => (vehicles[0].Bundle, vehicles[0].Contract, vehicles[0].Update));
    }

    [Fact]
    public void Take_TheSameAnswerAgain_IsRedelivered_AndOneOfAnotherHeadIsADuplicate()
    {
        var frame = NextFrame();
        Predict(frame, 0, head: "h1");
        Predict(frame, 0, head: "h1");
        Predict(frame, 1, head: "h2");
        Label(frame, "small");

        Assert.Equal((1, 1, 1), Task(Size, t => ((int)t.Predicted, (int)t.Redelivered, (int)t.Duplicates)));
        Assert.Equal(1, Task(Size, t => t.Latency.Count));
        Assert.Equal("h1", _tally.HeadOf(Size));
        Assert.Equal(new Score(1, 1), Phase(Size, DemoPhase.Usual));
    }

    [Fact]
    public void Take_WhatFitsNoTask_IsUnreadableAndChangesNothing()
    {
        Predict(NextFrame(), 0, "colour");
        Predict(NextFrame(), 2);
        Predict(NextFrame(), -1);
        _tally.Take(Shifted, Prediction(NextFrame(), 0, Size, "h1") with { Probabilities = new float[3] });
        Label(NextFrame(), "small", "colour");

        Assert.Equal(4, _tally.Unreadable);
        Assert.Equal(0, Task(Size, t => t.Predicted));
        Assert.Null(_tally.FirstPrediction);
    }

    [Fact]
    public void Missing_SumsAcknowledgedFramesWithoutAnAnswerOverTasks()
    {
        _tally.Take(Shifted, Status(at: 1, captured: 12, delivered: 10));
        _tally.Take(Other, Status(at: 1, captured: 5, delivered: 5));
        var frame = NextFrame();
        Predict(frame, 0);
        Predict(frame, 0);
        Predict(frame, 0, vehicle: Other);
        Predict(frame, 0, Shape);

        Assert.Equal((15 - 2) + (15 - 1), _tally.Missing());
    }

    [Fact]
    public void Take_AWillWithoutCounts_MakesTheVehicleOfflineAndKeepsItsCounts()
    {
        _tally.Take(Shifted, Status(at: 1_000_000, captured: 20, delivered: 10));
        _tally.Take(Shifted, Status(at: 2_000_000, captured: 50, delivered: 40));
        _tally.Take(Other, new VehicleStatus { Online = false });

        _tally.Take(Shifted, new VehicleStatus { Online = false });

        Assert.True(_tally.AllOffline());
        Assert.Equal(2 * 40, _tally.Missing());
        Assert.Equal(30, _tally.Read((vehicles, _, _) => vehicles[0].FramesPerSecond));
        _tally.Take(Shifted, Status(at: 3_000_000, captured: 80, delivered: 70));
        Assert.False(_tally.AllOffline());
    }

    [Fact]
    public void AllWarm_NeedsEveryTaskOnlineWithAHeadOfTheContract()
    {
        HeadConsumerStatus Warm(string contract) => new() { Online = true, Heads = [new WarmHead(contract, "h1")] };
        _tally.Take(Size, Warm("abc"));
        Assert.False(_tally.AllWarm("abc"));
        _tally.Take(Shape, Warm("other"));
        Assert.False(_tally.AllWarm("abc"));
        _tally.Take(Shape, Warm("abc"));
        Assert.True(_tally.AllWarm("abc"));
        _tally.Take(Size, new HeadConsumerStatus { Online = false });
        Assert.False(_tally.AllWarm("abc"));
    }

    [Fact]
    public void Take_MoreFramesThanAreRemembered_ForgetsTheOldestAndTheirSeconds()
    {
        const int Remembered = 160_000;
        var first = NextFrame();
        Predict(first, 0);
        Label(first, "small");
        var second = _tally.Now() / 1_000_000;
        Assert.Equal(1, Task(Size, t => t.OfSecond(second)));

        _time.Advance(TimeSpan.FromHours(1));
        for (var n = 1; n < Remembered; n++)
        {
            Predict(NextFrame(), 0);
        }

        Predict(first, 0);
        Assert.Equal((Remembered, 1), Task(Size, t => ((int)t.Predicted, (int)t.Redelivered)));
        Assert.Equal(1, Task(Size, t => t.OfSecond(second)));

        Predict(NextFrame(), 0);
        Predict(first, 0);

        Assert.Equal((Remembered + 2, 1), Task(Size, t => ((int)t.Predicted, (int)t.Redelivered)));
        Assert.Null(Task(Size, t => t.OfSecond(second)));
    }

    [Fact]
    public void Rolling_IsTheAccuracyOfTheLastSecondsAlone()
    {
        for (var n = 0; n < 10; n++)
        {
            var frame = NextFrame();
            Predict(frame, 0, vehicle: n % 2 == 0 ? Shifted : Other);
            Label(frame, n < 5 ? "large" : "small", vehicle: n % 2 == 0 ? Shifted : Other);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var now = _tally.Now() / 1_000_000;
        Assert.Equal(1, Task(Size, t => t.Rolling(shiftedVehicle: false, now)));
        Assert.Equal(0.4, Task(Size, t => t.Rolling(shiftedVehicle: false, now - 3)));
        Assert.Equal(0, Task(Size, t => t.Rolling(shiftedVehicle: true, now - 5)));
        Assert.Null(Task(Size, t => t.Rolling(shiftedVehicle: true, now + 10)));
    }

    private static PredictionMessage Prediction(FrameId frame, int answer, string task, string head) =>
        new() { Frame = frame, Task = task, HeadVersion = head, Class = answer, Probabilities = new float[2] };

    private static VehicleStatus Status(long at, long captured, long delivered) =>
        new() { Online = true, At = at, FramesCaptured = captured, FeaturesDelivered = delivered };

    private FrameId NextFrame() => new(7, _frames++);

    private void Predict(FrameId frame, int answer, string task = Size, string head = "h1", string vehicle = Shifted) =>
        _tally.Take(vehicle, Prediction(frame, answer, task, head) with { CapturedAt = _tally.Now() });

    private void Label(FrameId frame, string answer, string task = Size, string vehicle = Shifted) =>
        _tally.Take(vehicle, new LabelMessage(frame, task, answer, "test", _tally.Now()));

    private T Task<T>(string name, Func<TaskTally, T> read) => _tally.Read((_, tasks, _) => read(tasks.Single(task => task.Name == name)));

    private Score Phase(string task, DemoPhase phase) => Task(task, t => t.Phases.GetValueOrDefault(phase));
}
