using System.Globalization;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The processes of a demonstration. Disposing ends every one of them.</summary>
internal sealed class DemoCast(DemoOptions options, Bundle bundle, DemoFolder folder, TimeProvider time) : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> VehicleNames = ["car-1", "car-2", "car-3"];

    /// <summary>The vehicle whose light changes.</summary>
    public const string ShiftedVehicle = "car-3";

    private const int LinesShown = 12;

    private static readonly string[] Nice = ["/usr/bin/nice", "/bin/nice"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly List<ChildProcess> _services = [];
    private readonly List<ChildProcess> _vehicles = [];
    private readonly TaskCompletionSource<DemoException> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess? _broker;
    private ChildProcess? _hub;
    private BrokerAddress? _address;

    /// <summary>Ends with the first process that ended without being asked to, in words.</summary>
    public Task<DemoException> Died => _died.Task;

    /// <summary>A vehicle's edge runtime reports that its backbone module ended without being asked to.</summary>
    public void ModuleDied(string vehicle, string exitCode)
    {
        var log = Path.Combine(folder.Of(vehicle).Runtime, "modules", BackboneSections.Module, "module.log");
        var last = File.Exists(log) ? string.Join(Environment.NewLine + "  ", File.ReadLines(log).TakeLast(LinesShown)) : "it said nothing";
        _died.TrySetResult(new DemoException($"The backbone module of {vehicle} ended by itself with exit code {exitCode}: {last}"));
    }

    /// <summary>The processes that run: broker, hub, services, and each vehicle's runtime with the module that it runs.</summary>
    public int Running => _services.Count(process => !process.Ended.IsCompleted) + (2 * _vehicles.Count(process => !process.Ended.IsCompleted)) + 2;

    /// <summary>Starts broker and hub.</summary>
    public void StartInfrastructure()
    {
        _hub = Start("hub", Require(Siblings.DevHub), ["hub", "--data", folder.HubData, "--https-port", "0", "--mqtt-port", "0", "--ready-file", folder.HubReadyFile]);
        _broker = Start("broker", Siblings.Own, ["broker", "--engine", options.Broker == DemoBroker.Mosquitto ? "mosquitto" : "embedded", "--listen", "127.0.0.1:0", "--address-file", folder.AddressFile]);
    }

    /// <summary>Waits until the broker listens.</summary>
    public async Task<BrokerAddress> WhenBrokerListensAsync(CancellationToken ct)
    {
        await WhenWrittenAsync(folder.AddressFile, _broker!, ct);
        var text = await File.ReadAllTextAsync(folder.AddressFile, ct);
        return _address = BrokerAddress.TryParse(text, out var address) ? address : throw new DemoException($"The broker says that it listens on '{text}'.");
    }

    /// <summary>Waits until the hub listens.</summary>
    public async Task<DemoHub> WhenHubListensAsync(CancellationToken ct)
    {
        await WhenWrittenAsync(folder.HubReadyFile, _hub!, ct);
        return DemoHub.Read(folder.HubReadyFile, time);
    }

    /// <summary>Starts the processes of the cloud.</summary>
    public void StartCloud()
    {
        var models = Path.GetDirectoryName(Path.GetDirectoryName(bundle.Folder))!;
        foreach (var task in bundle.Manifest.Tasks)
        {
            _services.Add(Start(
                $"heads-{task.Name}", Require(Siblings.HeadConsumer),
                ["--fleet", DemoOptions.Fleet, "--task", task.Name, "--consumer", $"{task.Name}-1", "--broker", Address, "--models", models, "--data", folder.Data]));
        }

        _services.Add(Start("recorder", Siblings.Own, ["samples", "record", "--fleet", DemoOptions.Fleet, "--broker", Address, "--data", folder.Data]));
        var delay = string.Create(CultureInfo.InvariantCulture, $"{options.LabelDelay.TotalMilliseconds}ms");
        _services.Add(Start(
            "labeller", Siblings.Own,
            ["labels", "simulate", "--fleet", DemoOptions.Fleet, "--broker", Address, "--seed", Seed, "--delay", delay, "--tasks", .. bundle.Manifest.Tasks.Select(task => task.Name)]));
    }

    /// <summary>Starts the vehicles' edge runtimes, each in its own light. They run what the hub says.</summary>
    public async Task StartVehiclesAsync(DemoHub hub, Func<string, Light> lightOf)
    {
        foreach (var stopped in _vehicles)
        {
            await stopped.DisposeAsync();
        }

        _vehicles.Clear();
        foreach (var vehicle in VehicleNames)
        {
            var own = folder.Of(vehicle);
            new VehicleSettings(own.Settings, options.Seed).Write(lightOf(vehicle));
            _vehicles.Add(Start(
                vehicle, Require(Siblings.EdgeRuntime),
                [
                    "edge", "--device", vehicle, "--connection-string", own.ConnectionString, "--data", own.Runtime, "--modules", own.Images, "--hub-ca", hub.Authority,
                    "--hub-mqtt-port", hub.MqttPort.ToString(CultureInfo.InvariantCulture), "--hub-https-port", hub.HttpsPort.ToString(CultureInfo.InvariantCulture),
                    // Processes only: a container engine that happens to be here is none of its business.
                    "--mqtt-port", "0", "--https-port", "0", "--engine", Path.Combine(own.Root, "no-engine"),
                ]));
        }
    }

    /// <summary>Runs one process to its end.</summary>
    /// <returns>Its exit code; its standard output and error are in its log.</returns>
    public async Task<int> RunAsync(string name, string sibling, IReadOnlyList<string> args, CancellationToken ct)
    {
        await using var process = ChildProcess.Start(name, Require(sibling), args, folder.LogOf(name), time);
        return await EndAsync(process, ct);
    }

    /// <summary>Runs one process to its end, behind everything else that wants a processor.</summary>
    /// <exception cref="DemoException">It failed; the message has its last words.</exception>
    public async Task RunBehindAsync(string name, string sibling, IReadOnlyList<string> args, CancellationToken ct)
    {
        var executable = Require(sibling);
        // A priority given to a process that runs would reach but one of its threads.
        var nice = Nice.FirstOrDefault(File.Exists);
        await using var process = nice is null
            ? ChildProcess.Start(name, executable, args, folder.LogOf(name), time)
            : ChildProcess.Start(name, nice, ["-n", "10", executable, .. args], folder.LogOf(name), time);
        if (await EndAsync(process, ct) is not 0 and var exit)
        {
            throw Failure(process, $"failed with exit code {exit}");
        }
    }

    private static async Task<int> EndAsync(ChildProcess process, CancellationToken ct)
    {
        try
        {
            return await process.Ended.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            await process.StopAsync(StopLimit);
            throw;
        }
    }

    /// <summary>Runs one of this program's own commands to its end.</summary>
    /// <param name="name">What it is called in messages, and its log.</param>
    /// <param name="args">Its command line.</param>
    /// <param name="environment">What it needs to know beside that: secrets, which no command line shows.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="DemoException">It failed; the message has its last words.</exception>
    public async Task CommandAsync(string name, IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        await using var process = ChildProcess.Start(name, Siblings.Own, args, folder.LogOf(name), time, environment);
        if (await EndAsync(process, ct) is not 0 and var exit)
        {
            throw Failure(process, $"failed with exit code {exit}");
        }
    }

    /// <summary>Stops the vehicles, which deliver what they still hold.</summary>
    public Task<IReadOnlyList<string>> StopVehiclesAsync() => StopAsync(_vehicles);

    /// <summary>Stops the cloud's processes, then hub and broker.</summary>
    public async Task<IReadOnlyList<string>> StopCloudAsync()
    {
        var faults = new List<string>(await StopAsync(_services));
        faults.AddRange(await StopAsync([.. Infrastructure]));
        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        // In order, even when the demonstration was broken off: vehicles first, the broker last.
        await StopVehiclesAsync();
        await Task.WhenAll(VehicleNames.Select(vehicle => LeftModules.EndAsync(folder.Of(vehicle).Runtime, time)));
        await StopCloudAsync();
        foreach (var process in _vehicles.Concat(_services).Concat(Infrastructure))
        {
            await process.DisposeAsync();
        }
    }

    public static DemoException Failure(ChildProcess process, string what) =>
        new($"{process.Name} {what}: {(process.LastLines.Count == 0 ? "it said nothing" : string.Join(Environment.NewLine + "  ", process.LastLines))}");

    private IEnumerable<ChildProcess> Infrastructure => new[] { _hub, _broker }.OfType<ChildProcess>();

    private string Address => $"{_address!.Host}:{_address.Port}";

    private string Seed => options.Seed.ToString(CultureInfo.InvariantCulture);

    private static string Require(string sibling) => Siblings.Find(sibling) ?? throw new DemoException(Siblings.Missing(sibling));

    private static async Task<IReadOnlyList<string>> StopAsync(List<ChildProcess> processes)
    {
        var outcomes = await Task.WhenAll(processes.Select(process => process.StopAsync(StopLimit)));
        var faults = new List<string>();
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (!outcomes[i])
            {
                faults.Add($"{processes[i].Name} did not stop in order (exit code {await processes[i].Ended})");
            }
        }

        return faults;
    }

    private async Task WhenWrittenAsync(string file, ChildProcess writer, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (!File.Exists(file))
        {
            if (writer.Ended.IsCompleted || time.GetElapsedTime(began) > StartLimit)
            {
                throw Failure(writer, "does not listen");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, ct);
        }
    }

    private ChildProcess Start(string name, string executable, IEnumerable<string> args)
    {
        var process = ChildProcess.Start(name, executable, args, folder.LogOf(name), time);
        _ = WatchAsync(process);
        return process;
    }

    private async Task WatchAsync(ChildProcess process)
    {
        await process.Ended;
        if (process.Died)
        {
            _died.TrySetResult(Failure(process, $"ended by itself with exit code {await process.Ended}"));
        }
    }
}
