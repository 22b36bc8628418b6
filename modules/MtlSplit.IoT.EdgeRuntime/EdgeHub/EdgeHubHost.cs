using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Twins;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.EdgeRuntime.Reporting;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.EdgeRuntime.Serving;
using MtlSplit.IoT.EdgeRuntime.Workload;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Routes;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>
/// The device's own hub: modules connect to it as to an IoT Hub, with or without one in the cloud. Each start opens everything anew from disk;
/// each stop closes it. Starts and stops come one after the other.
/// </summary>
internal sealed class EdgeHubHost(
    EdgeHubOptions options, HubIdentity device, EdgeFolder folder, IdentityKeeper identities, DeviceAuthority authority, IUpstream upstream, TimeProvider time, ILogger logger) : IHubSwitch, IAsyncDisposable
{
    private const string Own = "$edgeHub";
    private const int UpstreamWindow = 16;

    private readonly ServerCertificate _certificate = new(authority, options.HostName, time);
    private readonly List<Task> _work = [];
    private CancellationTokenSource? _life;
    private QueueSet? _queues;
    private UpstreamLinks? _links;
    private Gateway? _gateway;
    private HttpHost? _https;
    private TwinCache? _cache;
    private HubClients? _clients;
    private EdgeHubBackend? _backend;
    private TwinReporter? _reporter;
    private (long Version, int Code, string Description) _routing = (0, 200, "");

    /// <summary>The port of MQTT while it runs.</summary>
    public int MqttPort => _gateway?.Port ?? options.MqttPort;

    /// <summary>The port of HTTPS while it runs.</summary>
    public int HttpsPort => _https?.Port ?? options.HttpsPort;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken ct)
    {
        if (_life is not null)
        {
            return;
        }

        _life = new CancellationTokenSource();
        try
        {
            await OpenAsync(_life.Token);
        }
        catch
        {
            await StopAsync();
            throw;
        }

        Log.Listens(logger, options.Address.ToString(), MqttPort, HttpsPort);
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        if (_life is null)
        {
            return;
        }

        identities.Changed -= OnIdentity;
        if (_https is not null)
        {
            await _https.DisposeAsync();
        }

        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        await _life.CancelAsync();
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _work.Clear();
        if (_links is not null)
        {
            await _links.DisposeAsync();
        }

        _reporter?.Dispose();
        _queues?.Dispose();
        _life.Dispose();
        (_life, _https, _gateway, _links, _queues, _reporter) = (null, null, null, null, null, null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task OpenAsync(CancellationToken life)
    {
        var door = new ModuleDoor(identities, device, [options.HubHost, options.HostName], time);
        _cache = new TwinCache(folder.Twins, logger);
        _links = new UpstreamLinks(upstream, time, logger);
        _clients = new HubClients(time);
        var carrier = new PatchCarrier(_cache, _links, identities, time, logger);
        var sessions = new SessionFile(folder.Sessions, logger);
        List<EndpointQueue> found = [];
        var ready = false;
        _queues = new QueueSet(
            folder.Queues,
            () => Math.Min(options.QueueBytes, _backend?.Routes.MaxBytes ?? options.QueueBytes),
            time,
            queue =>
            {
                if (ready)
                {
                    Pump(queue, life);
                }
                else
                {
                    found.Add(queue);
                }
            });
        _backend = new EdgeHubBackend(door, identities, _cache, _queues, _links, carrier, _clients, sessions, time, logger);
        if (_cache.Find(Own) is { } known)
        {
            TakeRoutes(known.Desired, known.DesiredVersion);
        }

        _gateway = new Gateway(
            new GatewayOptions
            {
                EndPoint = new IPEndPoint(options.Address, options.MqttPort),
                CertificateSource = _certificate.Current,
                MaxConnections = 200,
                ClockSkew = ModuleDoor.ClockSkew,
            },
            _backend,
            time,
            logger);
        _gateway.Import(sessions.Read());
        _backend.Gateway = _gateway;
        await _gateway.StartAsync(life);
        _https = new HttpHost(new IPEndPoint(options.Address, options.HttpsPort), _certificate.Current, new MethodApi(door, device, _gateway).HandleAsync, time, logger);
        _https.Start();
        ready = true;
        found.ForEach(queue => Pump(queue, life));
        identities.Changed += OnIdentity;
        _work.Add(carrier.RunAsync(life));
        _work.Add(FollowAsync(life));
    }

    /// <summary>Follows the hub's own twin: routes in, who is connected out.</summary>
    private async Task FollowAsync(CancellationToken life)
    {
        if (identities.Find(Own) is not { } own)
        {
            return;
        }

        var client = _links!.Of(own);
        _reporter = new TwinReporter(client, time, logger);
        _clients!.Changed += Report;
        var reporting = _reporter.RunAsync(life);
        await client.SetDesiredPropertyHandlerAsync(
            (change, _) =>
            {
                _cache!.PutDesired(Own, change.Desired, change.Version);
                TakeRoutes(change.Desired, change.Version);
                Report();
                return Task.CompletedTask;
            },
            life);
        await reporting;
    }

    private void TakeRoutes(JsonObject desired, long version)
    {
        if (desired.Count == 0)
        {
            // A device that nothing was deployed to yet.
            _backend!.Routes = RouteTable.Empty;
            return;
        }

        try
        {
            var read = EdgeHubDesired.Parse(desired);
            _backend!.Routes = new RouteTable(read);
            _routing = (version, 200, "");
            Log.RoutesTaken(logger, version, read.Routes.Count);
        }
        catch (DeploymentException e)
        {
            _routing = (version, 400, e.Message);
            Log.RoutesRefused(logger, version, e.Message);
        }
    }

    private void Report() => _reporter?.Report(new JsonObject
    {
        ["schemaVersion"] = "1.0",
        ["version"] = new JsonObject { ["version"] = "0.1.0", ["build"] = "", ["commit"] = "" },
        ["lastDesiredVersion"] = _routing.Version,
        ["lastDesiredStatus"] = new JsonObject { ["code"] = _routing.Code, ["description"] = _routing.Description },
        ["clients"] = _clients!.ToJson(),
    });

    private void OnIdentity(string moduleId, ModuleIdentity? identity)
    {
        var id = new HubIdentity(device.DeviceId, moduleId);
        // Its key or generation is another one: whoever is connected with the old one is somebody else now.
        _gateway?.Disconnect(id, "its identity changed");
        _links?.Release(moduleId);
        if (identity is null)
        {
            _gateway?.Forget(id);
            _cache?.Forget(moduleId);
            _clients?.Forget(id);
        }
    }

    private void Pump(EndpointQueue queue, CancellationToken life) => _work.Add(new EndpointPump(
        queue,
        queue.Sink.IsUpstream ? UpstreamWindow : 1,
        queue.Sink.IsUpstream ? SendUpAsync : (batch, ct) => DeliverAsync(queue.Sink, batch[0], ct),
        queue.Sink.IsUpstream ? ReleaseIdle : static () => { },
        logger).RunAsync(life));

    // Who is not here needs no connection to the hub once its messages are there.
    private void ReleaseIdle()
    {
        var waiting = _cache!.Waiting;
        _links!.ReleaseWhere(module => module != Own && !waiting.Contains(module) && _gateway?.IsConnected(new HubIdentity(device.DeviceId, module)) != true);
    }

    private Task<bool[]> SendUpAsync(IReadOnlyList<StoredMessage> batch, CancellationToken ct)
    {
        // Begun in order, so that each module's messages leave in order.
        var connected = new Dictionary<string, Task<IModuleClient?>>(StringComparer.Ordinal);
        return SendAllAsync();

        async Task<bool[]> SendAllAsync()
        {
            var sending = new List<Task<bool>>();
            foreach (var message in batch)
            {
                if (identities.Find(message.Sender) is not { } sender)
                {
                    EdgeHubMetrics.Drop("no identity", 1);
                    Log.MessageDropped(logger, message.Sender, "$upstream", "it has no identity at the hub any more");
                    sending.Add(Task.FromResult(true));
                    continue;
                }

                if (!connected.TryGetValue(message.Sender, out var link))
                {
                    link = connected[message.Sender] = _links!.ConnectedAsync(sender, null, ct);
                }

                sending.Add(await link is { } client ? SendAsync(client, message, ct) : Task.FromResult(false));
            }

            return await Task.WhenAll(sending);
        }
    }

    private async Task<bool> SendAsync(IModuleClient client, StoredMessage message, CancellationToken ct)
    {
        try
        {
            // The hub knows who sends.
            await client.SendEventAsync(message.Message with { System = message.Message.System with { ConnectionDeviceId = null, ConnectionModuleId = null } }, ct);
            return true;
        }
        catch (HubException e)
        {
            EdgeHubMetrics.Drop("refused", 1);
            Log.MessageDropped(logger, message.Sender, "$upstream", e.Message);
            return true;
        }
        catch (Exception e) when (e is ObjectDisposedException or ModuleConnectException)
        {
            return false;
        }
    }

    private async Task<bool[]> DeliverAsync(RouteSink sink, StoredMessage message, CancellationToken ct)
    {
        var outcome = await _gateway!.DeliverInputAsync(new HubIdentity(device.DeviceId, sink.ModuleId), sink.Input!, message.Message, ct);
        if (outcome == InputOutcome.TooLarge)
        {
            EdgeHubMetrics.Drop("too large", 1);
            Log.MessageDropped(logger, message.Sender, sink.ToString(), "it is larger than the dialect allows");
        }

        return [outcome is InputOutcome.Completed or InputOutcome.TooLarge];
    }
}
