using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>
/// Runs modules as containers: whatever image no executable stands for. The containers carry what they were made from as labels, so the engine
/// itself remembers them; beside it there is only a note of which are meant to run. A device that never had a container needs no engine.
/// Thread-safe.
/// </summary>
internal sealed class ContainerRunner(ContainerRunnerOptions options, EdgeFolder folder, TimeProvider time, ILogger logger) : IModuleRunner, IDisposable
{
    private const string DeviceLabel = "mtlsplit.edge.device";
    private const string NameLabel = "mtlsplit.edge.module";
    private const string SpecLabel = "mtlsplit.edge.spec";
    private const string SurroundingsLabel = "mtlsplit.edge.surroundings";

    private readonly EngineClient _engine = new(options.Socket, options.Limits, time);
    private readonly Lock _gate = new();

    // The engine's number of each module's container.
    private readonly Dictionary<string, string> _containers = new(StringComparer.Ordinal);
    private JsonObject? _notes;

    // What was there when the engine last answered; null: it never did.
    private volatile IReadOnlyList<ModuleSighting>? _last;

    /// <inheritdoc/>
    public event Action? Changed;

    private string NotesFile => Path.Combine(folder.Root, "containers.json");

    /// <inheritdoc/>
    /// <remarks>Also without an engine: to say that there is none is better than to say that nobody runs the module.</remarks>
    public bool Takes(ModuleSpec module) => !module.IsSystem;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModuleSighting>> ObserveAsync(CancellationToken ct)
    {
        if (_last is null && !_engine.IsThere && !HasNotes())
        {
            return [];
        }

        try
        {
            return _last = await LookAsync(ct);
        }
        catch (RunnerException e)
        {
            // An engine that does not answer has not lost its containers.
            Log.EngineAway(logger, e.Message);
            return _last ?? [];
        }
    }

    /// <inheritdoc/>
    public async Task CreateAsync(ModuleLaunch launch, CancellationToken ct)
    {
        var module = launch.Spec;
        if (_last is null)
        {
            throw new RunnerException(_engine.IsThere
                ? $"Module {module.ModuleId}: the container engine has not said yet which containers it has."
                : $"Module {module.ModuleId}: no executable stands for the image {module.Settings.Image}, and there is no container engine at {_engine.Socket}.");
        }

        await FetchAsync(module, ct);
        var body = module.Settings.ReadCreateOptions();
        body["Image"] = module.Settings.Image;
        body["Env"] = new JsonArray([.. launch.Environment.Select(variable => (JsonNode)$"{variable.Key}={variable.Value}")]);
        var labels = body["Labels"] as JsonObject ?? [];
        labels[DeviceLabel] = options.Device;
        labels[NameLabel] = module.Name;
        labels[SpecLabel] = module.ToJson().ToJsonString();
        labels[SurroundingsLabel] = launch.Surroundings;
        body["Labels"] = labels.DeepClone();
        var host = body["HostConfig"] as JsonObject ?? [];
        // Modules dial this device by its name.
        host["NetworkMode"] ??= "host";
        host["LogConfig"] ??= LogConfig();
        var workload = WorkloadFolderOf(launch);
        var binds = host["Binds"] as JsonArray ?? [];
        binds.Add((JsonNode)$"{workload}:{workload}:ro");
        host["Binds"] = binds.DeepClone();
        body["HostConfig"] = host.DeepClone();
        await _engine.ChangeAsync(HttpMethod.Delete, $"containers/{ContainerOf(module.ModuleId)}?force=true", null, [404], ct);
        var (_, made) = await _engine.ChangeAsync(HttpMethod.Post, $"containers/create?name={ContainerOf(module.ModuleId)}", body, [], ct);
        lock (_gate)
        {
            _containers[module.ModuleId] = Parse(made)["Id"]!.GetValue<string>();
        }

        Note(module.ModuleId, meant: false, null);
    }

    /// <inheritdoc/>
    public Task UpdateAsync(ModuleSpec module, CancellationToken ct)
    {
        Note(module.ModuleId, null, module.ToJson());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StartAsync(string moduleId, CancellationToken ct)
    {
        Note(moduleId, meant: true, null);
        await _engine.ChangeAsync(HttpMethod.Post, $"containers/{ContainerOf(moduleId)}/start", null, [], ct);
        await ObserveAsync(ct);
    }

    /// <inheritdoc/>
    public async Task StopAsync(string moduleId, CancellationToken ct)
    {
        Note(moduleId, meant: false, null);
        await _engine.ChangeAsync(HttpMethod.Post, $"containers/{ContainerOf(moduleId)}/stop?t={(int)options.StopGrace.TotalSeconds}", null, [], ct);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string moduleId, CancellationToken ct)
    {
        await _engine.ChangeAsync(HttpMethod.Delete, $"containers/{ContainerOf(moduleId)}?force=true", null, [404], ct);
        lock (_gate)
        {
            Notes().Remove(moduleId);
            _containers.Remove(moduleId);
            PrivateFile.Write(NotesFile, HubJson.ToUtf8(Notes()));
        }
    }

    /// <inheritdoc/>
    public bool Owns(string moduleId, int process)
    {
        lock (_gate)
        {
            return _containers.TryGetValue(moduleId, out var container) && ContainerProcess.IsIn(process, container);
        }
    }

    /// <summary>
    /// Has the engine say when a container ends, until the token ends it; without that the agent would see it when it looks next. Nothing is asked while there are
    /// no containers, and nothing is missed meanwhile: the engine tells of the time before, too.
    /// </summary>
    public async Task WatchAsync(CancellationToken ct)
    {
        var filters = Uri.EscapeDataString($$"""{"type":["container"],"event":["die"],"label":["{{DeviceLabel}}={{options.Device}}"]}""");
        var from = time.GetUtcNow();
        var complained = false;
        while (!ct.IsCancellationRequested)
        {
            if (_last is { Count: > 0 })
            {
                var until = time.GetUtcNow() + options.Limits.Watch;
                try
                {
                    await _engine.WatchAsync($"events?since={Stamp(from)}&until={Stamp(until)}&filters={filters}", () => Changed?.Invoke(), ct);
                    var now = time.GetUtcNow();
                    (from, complained) = (now < until ? now : until, false);
                    if (now >= until)
                    {
                        continue;
                    }

                    // It broke off, as one does that is shut down: not at once again.
                }
                catch (RunnerException e)
                {
                    // Once for one outage.
                    if (!complained)
                    {
                        Log.NotWatched(logger, e.Message);
                    }

                    complained = true;
                }
                catch (OperationCanceledException) when (ct.IsCancellationRequested)
                {
                    return;
                }
            }

            await Task.Delay(options.Limits.Break, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async Task<string> ReadLogAsync(string moduleId, int? lines, CancellationToken ct)
    {
        var tail = lines?.ToString(CultureInfo.InvariantCulture) ?? "1000";
        var (_, body) = await _engine.AskAsync($"containers/{ContainerOf(moduleId)}/logs?stdout=true&stderr=true&tail={tail}", [], ct);
        return LogFrames.Join(body);
    }

    public void Dispose() => _engine.Dispose();

    private static JsonNode Parse(byte[] body) => HubJson.TryParse(body, out var read, out var fault) && read is not null ? read : throw new RunnerException($"The container engine's answer cannot be read: {fault}");

    private static DateTimeOffset? Time(JsonNode? node) =>
        DateTimeOffset.TryParse(node?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 ? time : null;

    // Seconds and, after a point, nanoseconds.
    private static string Stamp(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"{time.ToUnixTimeSeconds()}.{time.UtcTicks % TimeSpan.TicksPerSecond * 100:D9}");

    /// <summary>
    /// The folder, not the socket: the next runtime makes another socket, which a container that has the old one would never see. Read-only, or a module could put a socket of its
    /// own there for the others.
    /// </summary>
    private static string WorkloadFolderOf(ModuleLaunch launch)
    {
        var socket = new Uri(launch.Environment["IOTEDGE_WORKLOADURI"]).AbsolutePath;
        var holds = Path.GetDirectoryName(socket)!;
        return Directory.EnumerateFileSystemEntries(holds).FirstOrDefault(entry => entry != socket) is not { } other ? holds : throw new RunnerException(
            $"Module {launch.Spec.ModuleId}: a container gets the folder of the workload API's socket {socket}, and {other} is in it too; --workload-socket must name one in a folder of its own.");
    }

    private JsonObject LogConfig() => new()
    {
        ["Type"] = "json-file",
        ["Config"] = new JsonObject
        {
            ["max-size"] = options.LogBytes.ToString(CultureInfo.InvariantCulture),
            ["max-file"] = (options.LogFiles + 1).ToString(CultureInfo.InvariantCulture),
        },
    };

    private string ContainerOf(string moduleId) => string.Concat($"{options.Device}-{moduleId}".Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));

    private ModuleSighting See(JsonNode container)
    {
        var labels = container["Config"]!["Labels"]!;
        var state = container["State"]!;
        var name = labels[NameLabel]!.GetValue<string>();
        var running = state["Running"]!.GetValue<bool>();
        bool meant;
        JsonNode? updated;
        lock (_gate)
        {
            var note = Notes()[name] as JsonObject;
            meant = note?["meant"]?.GetValue<bool>() ?? true;
            updated = note?["spec"]?.DeepClone();
            _containers[name] = container["Id"]!.GetValue<string>();
        }

        var started = Time(state["StartedAt"]);
        return new ModuleSighting(
            ModuleSpec.Parse(name, updated ?? JsonNode.Parse(labels[SpecLabel]!.GetValue<string>()), "label"),
            labels[SurroundingsLabel]!.GetValue<string>(),
            running ? ModuleRunState.Running : meant && started is not null ? ModuleRunState.Exited : ModuleRunState.Stopped,
            running || started is null ? null : state["ExitCode"]!.GetValue<int>(),
            started,
            running ? null : Time(state["FinishedAt"]));
    }

    private async Task<List<ModuleSighting>> LookAsync(CancellationToken ct)
    {
        var filter = Uri.EscapeDataString($$"""{"label":["{{DeviceLabel}}={{options.Device}}"]}""");
        var found = Parse((await _engine.AskAsync($"containers/json?all=true&filters={filter}", [], ct)).Body).AsArray();
        List<ModuleSighting> seen = [];
        foreach (var id in found.Select(container => container!["Id"]!.GetValue<string>()))
        {
            var (status, body) = await _engine.AskAsync($"containers/{id}/json", [404], ct);
            if (status != 404)
            {
                seen.Add(See(Parse(body)));
            }
        }

        return seen;
    }

    private async Task FetchAsync(ModuleSpec module, CancellationToken ct)
    {
        var image = module.Settings.Image;
        ImageReference reference;
        try
        {
            reference = ImageReference.Parse(image);
        }
        catch (FormatException e)
        {
            throw new RunnerException($"Module {module.ModuleId}: {e.Message}", e);
        }

        var (status, _) = await _engine.AskAsync($"images/{image}/json", [404], ct);
        if (module.ImagePullPolicy == ImagePullPolicy.Never)
        {
            _ = status == 200 ? status : throw new RunnerException($"Module {module.ModuleId}: the image {image} is not here, and its policy is never to fetch it.");
            return;
        }

        try
        {
            await _engine.FetchAsync(reference, ct);
        }
        catch (RunnerException e) when (status == 200)
        {
            // As good as it gets without a registry.
            Log.ImageNotFetched(logger, image, e.Message);
        }
    }

    private bool HasNotes()
    {
        lock (_gate)
        {
            return Notes().Count > 0;
        }
    }

    private JsonObject Notes() => _notes ??= PrivateFile.Read(NotesFile) is { } content && HubJson.TryParseObject(content, out var read, out _) ? read : [];

    private void Note(string moduleId, bool? meant, JsonObject? spec)
    {
        lock (_gate)
        {
            var note = Notes()[moduleId] as JsonObject ?? [];
            note["meant"] = meant ?? note["meant"]?.GetValue<bool>() ?? true;
            if (meant is false && spec is null && Notes()[moduleId] is null)
            {
                note.Remove("spec");
            }

            if (spec is not null)
            {
                note["spec"] = spec;
            }

            Notes()[moduleId] = note.DeepClone();
            PrivateFile.Write(NotesFile, HubJson.ToUtf8(Notes()));
        }
    }
}
