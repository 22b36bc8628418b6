using System.CommandLine;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Retraining.Commands;
using MtlSplit.IoT.Retraining.Heads;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.Heads;

/// <summary>Whole retrainings on a tiny world.</summary>
[Collection(EngineTests.Name)]
public sealed class HeadRetrainingTests : IDisposable
{
    // What the command's help promises.
    private const int Refused = 3;

    private readonly TinyWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Retraining_AfterTheLightChangedOnOneVehicle_PublishesAHeadThatKnowsBoth()
    {
        var first = _world.PublishFirstHead();
        _world.Store("v1", 400, changedLight: false);
        _world.Store("v2", 400, changedLight: true);

        var report = Retrain();

        Assert.Equal(GateDecision.Accepted, report.Decision);
        Assert.True(report.Vehicles["v1"].Challenger.Value > 0.95, $"{report.Vehicles["v1"]}");
        Assert.True(report.Vehicles["v2"].Current.Value < 0.7, $"{report.Vehicles["v2"]}");
        Assert.True(report.Vehicles["v2"].Challenger.Value > 0.95, $"{report.Vehicles["v2"]}");
        var current = Current();
        Assert.Equal(report.Published, current.Version);
        Assert.NotEqual(first.Version, current.Version);
        Assert.Equal((first.Version, report.Snapshot), (current.Manifest.Parent, current.Manifest.Lineage["snapshot"]));
        Assert.Equal(report.Comparison!.Challenger.Value, current.Manifest.Metrics["accuracy"]);
        Assert.Equal(TinyWorld.Classes, current.Manifest.Classes);
        Assert.True(File.Exists(Path.Combine(_world.Data, "retraining", TinyWorld.Task, report.Snapshot + ".tsv")));
    }

    [Fact]
    public void Retraining_WithTooFewLabels_IsRefusedAndChangesNothing()
    {
        var first = _world.PublishFirstHead();
        _world.Store("v1", 100, changedLight: true);

        var report = Retrain();

        Assert.Equal(GateDecision.TooFewSamples, report.Decision);
        Assert.Contains("100 labelled samples", report.Reason, StringComparison.Ordinal);
        Assert.Null(report.Comparison);
        Assert.Equal(first.Version, Current().Version);
        Assert.Single(Directory.GetFiles(Path.Combine(_world.Data, "retraining", TinyWorld.Task)));
    }

    [Fact]
    public void Retraining_OnLabelsThatAreNoise_IsRefused()
    {
        var first = _world.PublishFirstHead();

        // Right where the head is compared, wrong where it learns: a labeller that broke for four seconds of five.
        var number = 0;
        _world.Store("v1", 600, changedLight: false, i =>
        {
            var right = TimeBlocks.IsHeldOut("v1", Samples.Start + (number++ * 100_000L));
            return TinyWorld.Classes[(i + (right ? 0 : 1)) % 3];
        });

        var report = Retrain();

        Assert.Equal(GateDecision.Worse, report.Decision);
        Assert.True(report.Comparison!.Current.Value > 0.95);
        Assert.True(report.Comparison.Challenger.Value < 0.5);
        Assert.Null(report.Published);
        Assert.Equal(first.Version, Current().Version);
    }

    [Theory]
    [InlineData(100, Refused)]
    [InlineData(400, 0)]
    public async Task Command_ThatRefuses_EndsWithAnExitCodeOfItsOwn(int labels, int expected)
    {
        var first = _world.PublishFirstHead();
        _world.Store("v2", labels, changedLight: true);

        var exit = await RetrainHeadsCommand.Create()
            .Parse(["--task", TinyWorld.Task, "--data", _world.Data, "--models", Options().ModelsFolder, "--epochs", "30"])
            .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

        Assert.Equal(expected, exit);
        Assert.Equal(expected == Refused, Current().Version == first.Version);
    }

    [Fact]
    public void DryRun_ThatWouldPublish_ChangesNothing()
    {
        var first = _world.PublishFirstHead();
        _world.Store("v2", 400, changedLight: true);

        var report = Retrain(o => o with { DryRun = true });

        Assert.Equal(GateDecision.Accepted, report.Decision);
        Assert.Null(report.Published);
        Assert.Equal(first.Version, Current().Version);
        Assert.False(Directory.Exists(Path.Combine(_world.Data, "retraining")));
    }

    [Fact]
    public void Retraining_Repeated_GivesTheSameHead()
    {
        _world.PublishFirstHead();
        _world.Store("v2", 400, changedLight: true);

        var one = Retrain(o => o with { DryRun = true });
        var two = Retrain(o => o with { DryRun = true });

        Assert.Equal((one.Snapshot, one.Comparison), (two.Snapshot, two.Comparison));
    }

    [Fact]
    public void Labels_OfUnknownClasses_AreReportedAndLeftOut()
    {
        _world.PublishFirstHead();
        _world.Store("v2", 400, changedLight: true);
        _world.Store("v2", 10, changedLight: true, _ => "gigantic");

        var report = Retrain();

        Assert.Equal(10, report.UnknownClasses["gigantic"]);
        Assert.Equal(400, report.TrainingSamples + report.HeldOutSamples);
    }

    [Fact]
    public void Retraining_WithoutAStore_FailsByName()
    {
        Assert.Contains(_world.Data, Assert.Throws<RetrainException>(() => Retrain()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Retraining_OfATaskWithoutAHead_FailsByName()
    {
        _world.Store("v1", 10, changedLight: false);

        var error = Assert.Throws<RetrainException>(() => Retrain(o => o with { Task = "orientation" }));

        Assert.Contains("'orientation'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fc-000000000000")]
    [InlineData("nonsense")]
    public void Contract_ThatIsNotStored_FailsAndListsWhatIs(string contract)
    {
        _world.PublishFirstHead();
        _world.Store("v1", 10, changedLight: false);

        var error = Assert.Throws<RetrainException>(() => Retrain(o => o with { Contract = contract }));

        Assert.Contains(TinyWorld.Descriptor.Contract.ShortForm, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_DuringARetraining_PublishesNothing()
    {
        var first = _world.PublishFirstHead();
        _world.Store("v2", 400, changedLight: true);
        using var cancelled = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => new HeadRetraining(Options(), TimeProvider.System, _ => cancelled.Cancel()).Run(cancelled.Token));

        Assert.Equal(first.Version, Current().Version);
    }

    private RetrainOptions Options() => new() { Task = TinyWorld.Task, DataFolder = _world.Data, ModelsFolder = Path.Combine(_world.Data, "no-models"), Epochs = 30, Threads = 1 };

    private RetrainReport Retrain(Func<RetrainOptions, RetrainOptions>? change = null)
    {
        var options = Options();
        return new HeadRetraining(change?.Invoke(options) ?? options, TimeProvider.System, TestContext.Current.SendDiagnosticMessage).Run(TestContext.Current.CancellationToken);
    }

    private HeadRelease Current() => _world.Heads.Current(TinyWorld.Descriptor.Contract, TinyWorld.Task)!;
}
