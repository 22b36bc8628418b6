using System.Diagnostics;
using System.Text.Json;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Cli.Keys;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The demonstration from its first process to its summary. Used once.</summary>
internal sealed class DemoRun(DemoOptions options, IDemoView view, TimeProvider time)
{
    private const double WorthRetraining = 0.05;

    private static readonly TimeSpan WarmLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SwapLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LightSettles = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignalsMeet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly DemoStage _stage = new(time);
    private readonly DemoWait _wait = new(time);
    private readonly Dictionary<string, DemoRetraining> _retrained = [];
    private readonly List<string> _faults = [];
    private DemoObserver? _observer;
    private DemoHub? _hub;
    private VehicleTwins? _twins;
    private DemoRollout? _rollout;

    /// <summary>Runs it. Whatever happens, nothing of it is left when this returns or throws.</summary>
    /// <exception cref="DemoException">A part failed; the message says which and what it last said.</exception>
    public async Task<DemoReport> RunAsync(CancellationToken ct)
    {
        var bundle = Open(options.Bundle);
        RemoveOldReport();
        var tally = new DemoTally(bundle.Manifest.Tasks.Select(task => (task.Name, task.Classes)), DemoCast.VehicleNames, DemoCast.ShiftedVehicle, time);
        using var folder = new DemoFolder(options.Data);
        await using var cast = new DemoCast(options, bundle, folder, time);
        try
        {
            var report = await ShowAsync(tally, UnlessOneDiesAsync(cast, stop => PlayAsync(bundle, folder, cast, tally, stop), ct));
            view.Summarise(report);
            if (options.Keep)
            {
                report = await ShowAsync(tally, UnlessOneDiesAsync(cast, stop => GoOnAsync(cast, report, stop), ct));
            }

            return report;
        }
        catch (Exception e) when (e is HubServiceException or ManifestException)
        {
            throw new DemoException(e.Message, e);
        }
        finally
        {
            if (_observer is not null)
            {
                await _observer.DisposeAsync();
            }

            if (_twins is not null)
            {
                await _twins.DisposeAsync();
            }

            _hub?.Dispose();
        }
    }

    private async Task<DemoReport> ShowAsync(DemoTally tally, Task<DemoReport> playing)
    {
        using var until = new CancellationTokenSource();
        var showing = view.ShowAsync(tally, _stage, until.Token);
        try
        {
            return await playing;
        }
        finally
        {
            await until.CancelAsync();
            await showing;
        }
    }

    private static Bundle Open(string folder)
    {
        try
        {
            return Bundle.Open(folder);
        }
        catch (BundleException e)
        {
            throw new DemoException(e.Message, e);
        }
    }

    private async Task<DemoReport> UnlessOneDiesAsync(DemoCast cast, Func<CancellationToken, Task<DemoReport>> play, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var playing = play(stop.Token);
        if (await Task.WhenAny(playing, cast.Died) != playing)
        {
            // Ctrl-C in a terminal reaches every process at once: then none of them died, they were stopped with this one.
            await Task.Delay(SignalsMeet, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ct.IsCancellationRequested)
            {
                await stop.CancelAsync();
                await ((Task)playing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw await cast.Died;
            }
        }

        return await playing;
    }

    private async Task<DemoReport> PlayAsync(Bundle bundle, DemoFolder folder, DemoCast cast, DemoTally tally, CancellationToken ct)
    {
        _stage.Enter($"starting {(options.Broker == DemoBroker.Mosquitto ? "Mosquitto" : "the embedded broker")}, the hub, the cloud and the vehicles' edge runtimes");
        cast.StartInfrastructure();
        var address = await cast.WhenBrokerListensAsync(ct);
        cast.StartCloud();
        _observer = await DemoObserver.StartAsync(address, tally, time, ct);
        var key = KeyPair.Make("release", folder.Keys);
        _hub = await cast.WhenHubListensAsync(ct);
        var fleet = new DemoFleet(options, bundle, folder, _hub);
        await fleet.ProvisionAsync(key.PublicFile, ct);
        await cast.StartVehiclesAsync(_hub, _ => Light.Standard);
        await _wait.UntilAsync(() => tally.AllWarm(bundle.Contract.ToString()), WarmLimit, "not every task has a warm head", ct);
        _stage.Note("every task has a warm head; vehicles get their modules by deployment");
        await fleet.DeployBaseAsync(address, ct);
        _twins = VehicleTwins.Start(_hub, tally, cast.ModuleDied, time);
        await _wait.UntilAsync(() => tally.FirstPrediction is not null, WarmLimit, "there is no prediction", ct);
        var first = SinceProcessStart(tally.FirstPrediction!.Value);
        _stage.Note($"first prediction, {first:F1} s after the start of this process; {cast.Running} processes run");

        _stage.Enter("three vehicles drive in the light that training saw", options.Usual);
        await Task.Delay(options.Usual, time, ct);

        new VehicleSettings(folder.Of(DemoCast.ShiftedVehicle).Settings, options.Seed).Write(Light.Unseen);
        tally.MarkShift(LightSettles);
        _stage.Enter($"the light on {DemoCast.ShiftedVehicle} is one that training never saw; labels come in {options.LabelDelay.TotalSeconds:G2} s late", options.Shifted);
        await Task.Delay(options.Shifted, time, ct);

        await RetrainAsync(bundle, folder, cast, tally, ct);
        _stage.Enter("the new heads answer; only frames captured since count", options.Recovered);
        await Task.Delay(options.Recovered + options.LabelDelay, time, ct);

        if (!options.HeadsOnly)
        {
            await using var archives = ArchiveServer.Start(folder.Archives, time);
            _rollout = new DemoRollout(options, folder, cast, _hub, archives, tally, _stage, time);
            await _rollout.RunAsync(bundle, key, address, ct);
            _faults.AddRange(_rollout.Faults);
            _stage.Enter("the whole fleet runs the new backbone", options.Renewed);
            await Task.Delay(options.Renewed + options.LabelDelay, time, ct);
        }

        _stage.Enter("vehicles stop and deliver what they hold");
        _faults.AddRange(await cast.StopVehiclesAsync());
        await DrainAsync(tally, ct);
        var report = Report(bundle, tally, first);
        if (!options.Keep)
        {
            _stage.Enter("the cloud stops");
            _faults.AddRange(await cast.StopCloudAsync());
            report = Report(bundle, tally, first);
        }

        Write(report);
        return report;
    }

    private async Task<DemoReport> GoOnAsync(DemoCast cast, DemoReport report, CancellationToken ct)
    {
        await cast.StartVehiclesAsync(_hub!, vehicle => vehicle == DemoCast.ShiftedVehicle ? Light.Unseen : Light.Standard);
        _stage.Enter("the loop goes on until Ctrl-C");
        await Task.Delay(Timeout.InfiniteTimeSpan, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string[] faults = [.. report.Faults, .. await cast.StopVehiclesAsync(), .. await cast.StopCloudAsync()];
        return report with { Passed = faults.Length == 0, Faults = faults };
    }

    private async Task RetrainAsync(Bundle bundle, DemoFolder folder, DemoCast cast, DemoTally tally, CancellationToken ct)
    {
        var fallen = tally.Read((_, tasks, _) => tasks
            .Select(task => (task.Name, Before: task.Phases.GetValueOrDefault(DemoPhase.Usual).Accuracy, Now: task.Phases.GetValueOrDefault(DemoPhase.Shifted).Accuracy))
            .OrderByDescending(task => task.Before - task.Now)
            .ToList());
        foreach (var (task, before, now) in fallen)
        {
            _stage.Note($"{task}: {before:P1} before, {now:P1} in the unseen light");
        }

        foreach (var (task, _, _) in fallen.Where(task => task.Before - task.Now >= WorthRetraining))
        {
            await RetrainAsync(task, folder, cast, tally, ct);
        }

        if (_retrained.Count == 0)
        {
            _faults.Add("no task fell by 5 points or more, so there was nothing to retrain");
        }

        // Tasks that were not retrained are compared over the same time.
        foreach (var task in bundle.Manifest.Tasks)
        {
            tally.MarkSwap(task.Name);
        }
    }

    private async Task RetrainAsync(string task, DemoFolder folder, DemoCast cast, DemoTally tally, CancellationToken ct)
    {
        _stage.Enter($"retraining the head of {task} from stored features and labels");
        var began = time.GetTimestamp();
        var models = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(options.Bundle)))!;
        var name = $"retrain-{task}";
        var exit = await cast.RunAsync(
            name, Siblings.Retraining, ["retrain", "heads", "--task", task, "--data", folder.Data, "--models", models, "--fleet", DemoOptions.Fleet, "--json"], ct);
        var outcome = RetrainOutcome.Read(folder.LogOf(name), exit);
        if (outcome.Published is { } version)
        {
            await _wait.UntilAsync(() => tally.HeadOf(task) == version, SwapLimit, $"no prediction of {version} for {task}", ct);
            tally.MarkSwap(task);
        }
        else
        {
            _faults.Add($"the head of {task} was not replaced: {outcome.Reason}");
        }

        var seconds = time.GetElapsedTime(began).TotalSeconds;
        _retrained[task] = new DemoRetraining(outcome.Published, outcome.Reason, outcome.Samples, seconds);
        _stage.Note($"{task}: {(outcome.Published is null ? "refused" : $"{outcome.Published} answers")} after {seconds:F1} s. {outcome.Reason}");
    }

    private async Task DrainAsync(DemoTally tally, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (!(tally.AllOffline() && tally.Missing() <= 0) && time.GetElapsedTime(began) < DrainLimit)
        {
            await Task.Delay(Look, time, ct);
        }

        if (!tally.AllOffline())
        {
            _faults.Add("a vehicle did not say how many features it delivered");
        }
    }

    private DemoReport Report(Bundle bundle, DemoTally tally, double first) => tally.Read((vehicles, tasks, _) =>
    {
        var delivered = vehicles.Sum(v => v.Status?.FeaturesDelivered ?? 0);
        var lost = DemoTally.Missing(vehicles, tasks);
        var accuracy = tasks.ToDictionary(
            task => task.Name,
            task => new DemoAccuracy(
                task.Phases.GetValueOrDefault(DemoPhase.Usual).Accuracy,
                task.Phases.GetValueOrDefault(DemoPhase.Shifted).Accuracy,
                task.Phases.GetValueOrDefault(DemoPhase.Recovered).Accuracy,
                task.Others.GetValueOrDefault(DemoPhase.Recovered).Accuracy,
                task.Phases.GetValueOrDefault(DemoPhase.Renewed).Accuracy));
        string[] faults = lost == 0 ? [.. _faults] : [.. _faults, $"{lost} acknowledged features have no prediction"];
        var latency = new LatencyHistogram();
        foreach (var task in tasks)
        {
            latency.Add(task.Latency);
        }

        return new DemoReport
        {
            Passed = faults.Length == 0,
            Faults = faults,
            Broker = options.Broker == DemoBroker.Mosquitto ? "mosquitto" : "embedded",
            FirstPredictionSeconds = Math.Round(first, 2),
            Seconds = Math.Round(_stage.Elapsed.TotalSeconds, 1),
            Frames = vehicles.Sum(v => v.Status?.FramesCaptured ?? 0),
            FramesDropped = vehicles.Sum(v => v.Dropped),
            FeaturesPublished = delivered,
            Predictions = tasks.ToDictionary(task => task.Name, task => task.Predicted),
            Lost = lost,
            Duplicates = tasks.Sum(task => task.Duplicates),
            Redelivered = tasks.Sum(task => task.Redelivered),
            Accuracy = accuracy,
            LatencyMs = new DemoLatency(Math.Round(latency.Percentile(0.5) ?? 0, 2), Math.Round(latency.Percentile(0.99) ?? 0, 2)),
            BytesPerFeature = delivered == 0 ? 0 : Math.Round((double)vehicles.Sum(v => v.Status?.EncodedBytes ?? 0) / delivered, 1),
            BytesPerRawFrame = bundle.Descriptor.Input.Length,
            Retraining = _retrained.ToDictionary(),
            Backbone = _rollout?.Backbone,
            Rollout = _rollout?.Moves ?? [],
            Refused = _rollout?.Refusals ?? [],
        };
    });

    /// <summary>A run that is broken off must not leave an earlier outcome where its own would be.</summary>
    private void RemoveOldReport()
    {
        try
        {
            if (options.Report is not null)
            {
                File.Delete(options.Report);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"--report: {e.Message}", e);
        }
    }

    private void Write(DemoReport report)
    {
        if (options.Report is null)
        {
            return;
        }

        try
        {
            File.WriteAllText(options.Report, JsonSerializer.Serialize(report, DemoJson.Default.DemoReport) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"--report: {e.Message}", e);
        }
    }

    private double SinceProcessStart(long timestamp)
    {
        using var own = Process.GetCurrentProcess();
        return (time.GetUtcNow() - own.StartTime.ToUniversalTime()).TotalSeconds - time.GetElapsedTime(timestamp).TotalSeconds;
    }
}
