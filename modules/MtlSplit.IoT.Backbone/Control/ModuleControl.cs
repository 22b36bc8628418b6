using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Backbone.Updating.Downloading;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>
/// An IoT Edge module: its twin says what it runs and where its features go, and hears what became of that. The bundle that the vehicle has runs
/// whatever the twin says, until a better one has taken over.
/// </summary>
internal sealed class ModuleControl : IControl, IDisposable
{
    /// <summary>The direct method that lets a refused bundle be tried again; its argument is <c>{"digest": "…"}</c>.</summary>
    public const string RetryMethod = "retryBundle";

    private const int LongestText = 1000;

    private static readonly TimeSpan ConnectPause = TimeSpan.FromSeconds(5);

    private readonly BackboneOptions _options;
    private readonly bool _hasBroker;
    private readonly ModuleClient _client;
    private readonly LiveBackbone _live;
    private readonly FrameSources _sources;
    private readonly FieldObserver _observer;
    private readonly UpdateFollower _follower;
    private readonly FleetBroker _broker;
    private readonly TwinReporter _reporter;
    private readonly Random _jitter;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TaskCompletionSource<DesiredVehicle> _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reassigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _life = new();
    private BundleStore? _store;
    private BundleDownload? _download;
    private Installer? _installer;
    private Task _following = Task.CompletedTask;
    private volatile string? _fault;

    /// <summary>Makes one; nothing is opened or connected yet.</summary>
    public ModuleControl(
        IOptions<BackboneOptions> options,
        IOptions<BusSettings> bus,
        IConfiguration configuration,
        ModuleClient client,
        LiveBackbone live,
        FrameSources sources,
        FrameLedger ledger,
        FieldObserver observer,
        FrameSession session,
        TimeProvider time,
        ILogger<ModuleControl> log)
    {
        // As random as the session is, and that is drawn anew at each start.
        _jitter = new Random(session.Value.GetHashCode());
        (_options, _client, _live, _sources, _observer, _time, _log) = (options.Value, client, live, sources, observer, time, log);
        _hasBroker = configuration[$"{BusSettings.Section}:{nameof(BusSettings.Host)}"] is not null;
        _broker = new FleetBroker(bus.Value, client.Workload is { } workload ? new IdentityCertificateSource(workload, time) : null);
        _follower = new UpdateFollower(ledger, observer, time, log);
        _reporter = new TwinReporter(client, Report, time, log);
        _follower.Changed += _reporter.Changed;
    }

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken ct)
    {
        try
        {
            var keys = TrustedKeys.Load(_options.Keys);
            _store = BundleStore.Open(DiskFileSystem.Instance, _options.Store, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, _log);
            _download = new BundleDownload(DiskFileSystem.Instance, await DownloadOptionsAsync(ct), _time, _jitter, _log);
            _installer = new Installer(DiskFileSystem.Instance, _store, _download, keys, _live, _follower, BundleLimits.Default, _time, _log);
            _follower.Attach(_installer);
            await StartAsync(ct);
        }
        catch (KeyException e)
        {
            throw new StartException($"{BackboneOptions.Section}:{nameof(BackboneOptions.Keys)}: {e.Message}", e);
        }
        catch (FolderInUseException e)
        {
            throw new StartException($"{BackboneOptions.Section}:{nameof(BackboneOptions.Store)}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{BackboneOptions.Section}:{nameof(BackboneOptions.Store)}: {_options.Store} cannot be used: {e.Message}", e);
        }
        catch (Exception e) when (e is BundleException or InferenceModelException)
        {
            throw new StartException($"The bundle cannot be used: {e.Message}", e);
        }
        catch (WorkloadException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async Task<Assignment> JoinAsync(CancellationToken ct)
    {
        // The wish for a first bundle comes by the twin too, so both are followed from here on.
        _following = FollowAsync();
        try
        {
            var joining = ConnectAsync(ct);
            await await Task.WhenAny(joining, _following);
            await joining;
        }
        catch
        {
            await StopAsync();
            throw;
        }

        var vehicle = await _assigned.Task;
        return new Assignment(
            _options.For(vehicle.Fleet, vehicle.Vehicle), (clientId, will) => _broker.ToOptions(vehicle.Broker, clientId, will)) { Observer = _observer };
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        await Task.WhenAny(_following, _reassigned.Task, Task.Delay(Timeout.InfiniteTimeSpan, _time, ct));
        await StopAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
        _follower.Dispose();
        _installer?.Dispose();
        _download?.Dispose();
        _store?.Dispose();
    }

    private async Task StartAsync(CancellationToken ct)
    {
        var own = _options.Bundle.Length > 0 ? _options.Bundle : null;
        if (_store!.Active is null && own is not null)
        {
            // What is fetched is tried before it runs; what the vehicle came with is not to be trusted more.
            BundleTrial.RunGolden(Bundle.Open(own));
        }

        if (await _installer!.StartAsync(own, ct) is { } bundle)
        {
            await _live.SwapAsync(bundle, ct);
            Log.Runs(_log, bundle.Digest, bundle.Contract.ShortForm, _store.State.Probation is null ? "proven" : "provisional");
        }
        else
        {
            Log.NoBundle(_log);
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            await Task.WhenAll(_follower.RunAsync(_life.Token), _reporter.RunAsync(_life.Token));
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task StopAsync()
    {
        await _life.CancelAsync();
        await _following;
    }

    // A hub that does not let this module in, or does not answer, may do so later; what runs, runs meanwhile.
    private async Task ConnectAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await SubscribeAsync(ct);
                break;
            }
            catch (Exception e) when (e is ModuleConnectException or HubException)
            {
                Log.NotLetIn(_log, e.Message);
                await Task.Delay(ConnectPause, _time, ct);
            }
        }

        await Task.WhenAll(_assigned.Task, _live.First).WaitAsync(ct);
    }

    private async Task SubscribeAsync(CancellationToken ct)
    {
        var twin = await _client.GetTwinAsync(ct);
        _follower.Recall(BackboneReported.TryParse(HubJson.ToUtf8(twin.Reported))?.Update);
        _reporter.Changed();
        await _client.SetMethodHandlerAsync(RetryMethod, RetryAsync, ct);
        await _client.SetDesiredPropertyHandlerAsync(ApplyAsync, ct);
    }

    private async Task ApplyAsync(DesiredChange change, CancellationToken ct)
    {
        try
        {
            await ApplyAsync(BackboneDesired.Parse(HubJson.ToUtf8(change.Desired)), ct);
            _fault = null;
        }
        catch (BackboneTwinException e)
        {
            Log.DesiredUnusable(_log, change.Version, e.Message);
            _fault = e.Message;
        }

        _reporter.Changed();
    }

    private async Task ApplyAsync(BackboneDesired desired, CancellationToken ct)
    {
        // In this order, so that a vehicle that does not know yet where its features go has its bundle by then.
        _sources.Pace(desired.Publish?.Rate);
        if (desired.Bundle is { } target)
        {
            _follower.Want(target);
        }

        var vehicle = DesiredVehicle.Of(desired, _options, _hasBroker, _client.Module.DeviceId);
        if (!_assigned.TrySetResult(vehicle) && await _assigned.Task != vehicle && _reassigned.TrySetResult())
        {
            Log.Reassigned(_log, vehicle.Fleet, vehicle.Vehicle, vehicle.Broker?.Host ?? "as the settings say");
        }

        try
        {
            await _live.EncodeAsync(desired.Publish?.Encoding ?? _options.Encoding, ct);
        }
        catch (Exception e) when (e is BundleException or InferenceModelException)
        {
            throw new BackboneTwinException("publish.encoding", e.Message, e);
        }
    }

    private async Task<MethodResult> RetryAsync(MethodCall call, CancellationToken ct)
    {
        if (call.Payload is not JsonObject argument || argument["digest"] is not JsonValue value || !value.TryGetValue<string>(out var digest) || !ContractId.TryParse(digest, out _))
        {
            return Answer(400, "error", "The argument must be {\"digest\": \"…\"}, with 64 lower-case hex digits.");
        }

        if (_installer!.State.FindRefusal(digest) is not { } refusal)
        {
            return Answer(404, "error", $"Bundle {digest} is not among those that were refused here.");
        }

        await _follower.ForgetAsync(digest, ct);
        return Answer(200, "forgotten", refusal.Code);

        static MethodResult Answer(int status, string name, string text) => new(status, new JsonObject { [name] = text });
    }

    private BackboneReported Report()
    {
        var state = _installer!.State;
        return new BackboneReported
        {
            Active = state.ReportActive(),
            Previous = state.ReportPrevious(),
            Update = _follower.Report is { Reason: { } reason } update ? update with { Reason = Cut(reason) } : _follower.Report,
            Fault = (_fault ?? _follower.Fault) is { } fault ? Cut(fault) : null,
        };

        // A hub takes no string above 4 KiB, and would refuse all of it.
        static string Cut(string text) => text.Length <= LongestText ? text : $"{text[..LongestText]}…";
    }

    private async Task<DownloadOptions> DownloadOptionsAsync(CancellationToken ct) => new()
    {
        Authorities = await AuthoritiesAsync(ct),
        Authorise = new OwnHub(_client.HubHostName, _client.CreateTokenAsync).AuthoriseAsync,
    };

    // An archive may be on the hub or an edge device, whose authorities the module is told, or anywhere else.
    private async Task<X509Certificate2Collection?> AuthoritiesAsync(CancellationToken ct)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            if (await _client.GetAuthoritiesAsync(ct) is not { } told)
            {
                return null;
            }

            authorities.ImportFromPem(told);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartException($"The authorities that this module shall trust cannot be read: {e.Message}", e);
        }

        using var machine = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        try
        {
            machine.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            authorities.AddRange(machine.Certificates);
        }
        catch (CryptographicException e)
        {
            // An image with nothing but this program has none.
            Log.NoAuthorities(_log, e.Message);
        }

        return authorities;
    }
}
