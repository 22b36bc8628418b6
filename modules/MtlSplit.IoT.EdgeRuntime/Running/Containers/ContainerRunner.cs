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
internal sealed class ContainerRunner(string socket, string device, EdgeFolder folder, TimeSpan stopGrace, EngineLimits limits, TimeProvider time, ILogger logger)
    : IModuleRunner, IDisposable
{
    private const string DeviceLabel = "mtlsplit.edge.device";
    private const string NameLabel = "mtlsplit.edge.module";
    private const string SpecLabel = "mtlsplit.edge.spec";
    private const string SurroundingsLabel = "mtlsplit.edge.surroundings";

    private readonly EngineClient _engine = new(socket, limits, time);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _processes = new(StringComparer.Ordinal);
    private JsonObject? _notes;

    // What was there when the engine last answered; null: it never did.
    private volatile IReadOnlyList<ModuleSighting>? _last;

    /// <inheritdoc/>
    /// <remarks>The engine is not listened to; the agent looks once a minute, and when anything else happens.</remarks>
    public event Action? Changed
    {
        add { }
        remove { }
    }

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
        labels[DeviceLabel] = device;
        labels[NameLabel] = module.Name;
        labels[SpecLabel] = module.ToJson().ToJsonString();
        labels[SurroundingsLabel] = launch.Surroundings;
        body["Labels"] = labels.DeepClone();
        var host = body["HostConfig"] as JsonObject ?? [];
        // Modules dial this device by its name, and the workload API's socket where it is.
        host["NetworkMode"] ??= "host";
        var workload = new Uri(launch.Environment["IOTEDGE_WORKLOADURI"]).AbsolutePath;
        var binds = host["Binds"] as JsonArray ?? [];
        binds.Add((JsonNode)$"{workload}:{workload}");
        host["Binds"] = binds.DeepClone();
        body["HostConfig"] = host.DeepClone();
        await _engine.ChangeAsync(HttpMethod.Delete, $"containers/{ContainerOf(module.ModuleId)}?force=true", null, [404], ct);
        await _engine.ChangeAsync(HttpMethod.Post, $"containers/create?name={ContainerOf(module.ModuleId)}", body, [], ct);
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
        await _engine.ChangeAsync(HttpMethod.Post, $"containers/{ContainerOf(moduleId)}/stop?t={(int)stopGrace.TotalSeconds}", null, [], ct);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string moduleId, CancellationToken ct)
    {
        await _engine.ChangeAsync(HttpMethod.Delete, $"containers/{ContainerOf(moduleId)}?force=true", null, [404], ct);
        lock (_gate)
        {
            Notes().Remove(moduleId);
            _processes.Remove(moduleId);
            PrivateFile.Write(NotesFile, HubJson.ToUtf8(Notes()));
        }
    }

    /// <inheritdoc/>
    public int? ProcessOf(string moduleId)
    {
        lock (_gate)
        {
            return _processes.TryGetValue(moduleId, out var process) ? process : null;
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

    private string ContainerOf(string moduleId) => string.Concat($"{device}-{moduleId}".Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));

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
            if (running)
            {
                _processes[name] = state["Pid"]!.GetValue<int>();
            }
            else
            {
                _processes.Remove(name);
            }
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
        var filter = Uri.EscapeDataString($$"""{"label":["{{DeviceLabel}}={{device}}"]}""");
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
