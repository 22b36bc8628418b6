using System.CommandLine;
using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
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
        var run = Assert.Single(_world.Heads.Registry.Runs());
        Assert.Equal((report.Run, current.Manifest.Lineage["run"], RunManifest.Accepted), (run.Id, run.Id, run.Manifest.Decision));
        Assert.Equal(report.Snapshot, Convert.ToHexStringLower(SHA256.HashData(_world.Heads.Registry.Snapshot(run))));
        var change = _world.Heads.Registry.History(Key)[^1];
        Assert.Equal((first.Version, current.Version, report.Reason), (change.From!.Version, change.To!.Version, change.Record.Why));
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
        var run = Assert.Single(_world.Heads.Registry.Runs());
        Assert.Equal((report.Reason, null), (run.Manifest.Reason, run.Manifest.Challenger));
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

        // It is kept with its reason, and whoever wants it all the same has to say so.
        var kept = _world.Heads.Registry.FindHead(report.Registered!);
        Assert.Equal((nameof(GateDecision.Worse), report.Reason), (kept.Refusal, _world.Heads.Registry.FindRunOf(kept.Version)!.Manifest.Reason));
        var refused = Assert.Throws<RegistryException>(() => _world.Heads.Registry.Promote(Key, kept, new ChangeReason("test", "why not")));
        Assert.Equal(RegistryFault.GateRefused, refused.Fault);
        Assert.Equal(first.Version, Current().Version);
    }

    [Fact]
    public void Retraining_WhereKeysAreTrusted_NeedsOneOfThem_AndSignsWithIt()
    {
        _world.PublishFirstHead();
        _world.Store("v2", 400, changedLight: true);
        using var key = SigningKey.Create();
        var file = Path.Combine(_world.Data, "release.key.pem");
        File.WriteAllText(file, key.PrivatePem());
        var trusted = new RegistryFolder(_world.Data).Trusted;
        Directory.CreateDirectory(trusted);
        File.WriteAllText(Path.Combine(trusted, "release.pem"), key.PublicPem());

        Assert.Contains("--key", Assert.Throws<RetrainException>(() => Retrain()).Message, StringComparison.Ordinal);
        var report = Retrain(o => o with { KeyFile = file });

        Assert.Equal(report.Published, Current().Version);
        Assert.Equal(2, _world.Heads.Registry.Verify(TestContext.Current.CancellationToken).Signed);
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
        Assert.Empty(_world.Heads.Registry.Runs());
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

    private static AliasKey Key => new(TinyWorld.Fleet, TinyWorld.Descriptor.Contract, TinyWorld.Task);

    private RetrainOptions Options() => new() { Task = TinyWorld.Task, DataFolder = _world.Data, ModelsFolder = Path.Combine(_world.Data, "no-models"), Epochs = 30, Threads = 1 };

    private RetrainReport Retrain(Func<RetrainOptions, RetrainOptions>? change = null)
    {
        var options = Options();
        return new HeadRetraining(change?.Invoke(options) ?? options, TimeProvider.System, TestContext.Current.SendDiagnosticMessage).Run(TestContext.Current.CancellationToken);
    }

    private HeadRelease Current() => _world.Heads.Current(TinyWorld.Descriptor.Contract, TinyWorld.Task)!;
}
