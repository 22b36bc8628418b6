using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.EdgeRuntime.Agent;
using MtlSplit.IoT.EdgeRuntime.Deploying;
using MtlSplit.IoT.EdgeRuntime.EdgeHub;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.EdgeRuntime.Running.Containers;
using MtlSplit.IoT.EdgeRuntime.Running.Processes;
using MtlSplit.IoT.EdgeRuntime.Settings;
using MtlSplit.IoT.EdgeRuntime.Workload;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.EdgeRuntime;

/// <summary>One IoT Edge device, put together from its settings: identities, workload API, edgeHub, runners, agent.</summary>
internal sealed class EdgeService(IOptions<EdgeOptions> settings, TimeProvider time, ILogger<EdgeService> logger) : BackgroundService
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(3);

    private readonly EdgeOptions _options = settings.Value;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new StartException("The edge runtime runs on Linux only.");
        }

        var hub = HubAddressReader.Read(_options);
        if (!IPAddress.TryParse(_options.Address, out var address))
        {
            throw new StartException($"Edge:Address (--address): '{_options.Address}' is not an IP address.");
        }

        try
        {
            var folder = new EdgeFolder(_options.Data);
            folder.Create();
            using var own = FolderLock.Take(folder.Root);
            await RunAsync(folder, hub, address, stoppingToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException or CryptographicException)
        {
            throw new StartException(e.Message, e);
        }
    }

    private async Task RunAsync(EdgeFolder folder, HubAddress hub, IPAddress address, CancellationToken ct)
    {
        using var authority = DeviceAuthority.LoadOrCreate(folder, hub.Device.DeviceId, time);
        using var registry = new HubRegistryClient(hub, time);
        using var identities = new IdentityKeeper(registry, hub.Device, folder.Identities, logger);
        var ports = PortChoice.Choose(folder.Ports, address, _options.MqttPort, _options.HttpsPort);
        var upstream = new HubUpstream(hub, time, logger);
        await using var edgeHub = new EdgeHubHost(
            new EdgeHubOptions(address, ports.Mqtt, ports.Https, _options.HostName, hub.HostName, _options.QueueBytes), hub.Device, folder, identities, authority, upstream, time, logger);
        await using var processes = new ProcessRunner(
            folder.Modules,
            new ImageMap(_options.Modules.Length > 0 ? Path.GetFullPath(_options.Modules) : null),
            new ProcessRunnerOptions { StopGrace = _options.StopGrace, LogBytes = _options.LogBytes, LogFiles = _options.LogFiles },
            time,
            logger);
        await processes.RecoverAsync(ct);
        using var containers = new ContainerRunner(
            new ContainerRunnerOptions
            {
                Socket = _options.EngineSocket,
                Device = hub.Device.DeviceId,
                StopGrace = _options.StopGrace,
                LogBytes = _options.LogBytes,
                LogFiles = _options.LogFiles,
                Limits = EngineLimits.For(_options.StopGrace),
            },
            folder,
            time,
            logger);
        // Whose process calls the workload API is known before it can be called.
        await containers.ObserveAsync(ct);
        IModuleRunner[] ways = [new HubRunner(edgeHub, time), processes, containers];
        var runners = new RunnerSet(ways);
        await using var workload = new WorkloadServer(
            _options.WorkloadSocket.Length > 0 ? Path.GetFullPath(_options.WorkloadSocket) : folder.WorkloadSocket,
            identities, runners, authority, ModuleSecrets.LoadOrCreate(folder), hub, time, logger);
        workload.Start();
        if (!await KnowOwnModulesAsync(identities, ct))
        {
            return;
        }

        var surroundings = new ModuleSurroundings(hub.HostName, ports.Mqtt == 8883 ? _options.HostName : $"{_options.HostName}:{ports.Mqtt}", workload.Address);
        var history = new ModuleHistory(Path.Combine(folder.Root, "restarts.json"), _options.RestartPause);
        await using var client = upstream.Connect(identities.Find("$edgeAgent")!);
        using var agent = new EdgeAgent(
            client, new Reconciler(identities, runners, history, surroundings, time, logger), runners, ways, history, new DeploymentFile(folder.Deployment, logger), _options.RestartPause, time, logger);
        await SayReadyAsync(folder, ports, workload.Address, ct);
        using var watched = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = containers.WatchAsync(watched.Token);
        try
        {
            await agent.RunAsync(ct);
        }
        finally
        {
            await watched.CancelAsync();
            await watching;
        }
    }

    /// <summary>Asks the hub for the device's modules, as long as it takes where they were never known.</summary>
    private async Task<bool> KnowOwnModulesAsync(IdentityKeeper identities, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await identities.RefreshAsync(ct);
            }
            catch (HubException e)
            {
                Deploying.Log.HubAway(logger, e.Message);
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            if (identities.Find("$edgeAgent") is not null && identities.Find("$edgeHub") is not null)
            {
                return true;
            }

            await Task.Delay(AskAgain, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    private async Task SayReadyAsync(EdgeFolder folder, (int Mqtt, int Https) ports, string workload, CancellationToken ct)
    {
        if (_options.ReadyFile is not { } file)
        {
            return;
        }

        var content = HubJson.ToUtf8(new JsonObject
        {
            ["hostName"] = _options.HostName,
            ["mqttPort"] = ports.Mqtt,
            ["httpsPort"] = ports.Https,
            ["workload"] = workload,
            ["authority"] = folder.Authority,
            ["process"] = Environment.ProcessId,
        });
        await File.WriteAllBytesAsync($"{file}.tmp", content, ct);
        File.Move($"{file}.tmp", file, overwrite: true);
    }
}
