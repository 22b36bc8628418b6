using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Identities;

/// <summary>
/// Keeps the identities of the device's modules: makes those that a deployment needs, deletes those of its own that none needs, and
/// remembers all of them with their keys in a file of its owner's alone, so that modules are known while the hub is not there. Thread-safe.
/// </summary>
internal sealed class IdentityKeeper : IModuleIdentities, IDisposable
{
    private static readonly string[] SystemModules = ["$edgeAgent", "$edgeHub"];

    private readonly IModuleRegistry _registry;
    private readonly HubIdentity _device;
    private readonly string _file;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Dictionary<string, ModuleIdentity> _known;

    /// <summary>Reads what is remembered.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IdentityKeeper(IModuleRegistry registry, HubIdentity device, string file, ILogger logger)
    {
        _registry = registry;
        _device = device;
        _file = file;
        _logger = logger;
        _known = Load();
    }

    /// <summary>Raised with identities that are new, have another key or generation, or are gone (null for the second).</summary>
    public event Action<string, ModuleIdentity?>? Changed;

    /// <inheritdoc/>
    public IReadOnlyCollection<ModuleIdentity> All => _known.Values;

    /// <inheritdoc/>
    public ModuleIdentity? Find(string moduleId) => _known.GetValueOrDefault(moduleId);

    /// <summary>Asks the hub for what it has, without making or deleting anything.</summary>
    /// <exception cref="HubException">The hub refuses or cannot be reached; what is known stays.</exception>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            Keep((await _registry.ListAsync(ct)).ToDictionary(module => module.ModuleId, StringComparer.Ordinal));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes the hub have an identity for each of these modules and for none else that the agent made.</summary>
    /// <exception cref="HubException">The hub refuses or cannot be reached; what was done stays done and is known.</exception>
    public async Task ReconcileAsync(IReadOnlyCollection<string> modules, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var found = (await _registry.ListAsync(ct)).ToDictionary(module => module.ModuleId, StringComparer.Ordinal);
            try
            {
                foreach (var module in modules.Where(module => !found.ContainsKey(module)))
                {
                    found[module] = await _registry.CreateAsync(module, ct);
                    Log.IdentityMade(_logger, module);
                }

                foreach (var module in found.Values.Where(module => IsLeftOver(module, modules)).ToList())
                {
                    await _registry.DeleteAsync(module.ModuleId, ct);
                    found.Remove(module.ModuleId);
                    Log.IdentityDeleted(_logger, module.ModuleId);
                }
            }
            finally
            {
                Keep(found);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static bool IsLeftOver(ModuleIdentity module, IReadOnlyCollection<string> wanted) =>
        module.ManagedBy == ModuleIdentity.Keeper && !SystemModules.Contains(module.ModuleId) && !wanted.Contains(module.ModuleId);

    private void Keep(Dictionary<string, ModuleIdentity> found)
    {
        var before = _known;
        var changed = found.Values.Where(module => !before.TryGetValue(module.ModuleId, out var old) || !old.IsSame(module)).ToList();
        var gone = before.Keys.Where(module => !found.ContainsKey(module)).ToList();
        if (changed.Count == 0 && gone.Count == 0)
        {
            return;
        }

        PrivateFile.Write(_file, HubJson.ToUtf8(new JsonArray([.. found.Values.OrderBy(module => module.ModuleId, StringComparer.Ordinal).Select(ToJson)])));
        _known = found;
        changed.ForEach(module => Changed?.Invoke(module.ModuleId, module));
        gone.ForEach(module => Changed?.Invoke(module, null));
    }

    private Dictionary<string, ModuleIdentity> Load()
    {
        var content = PrivateFile.Read(_file);
        if (content is null)
        {
            return [];
        }

        try
        {
            var read = HubJson.TryParse(content, out var json, out _) && json is JsonArray list ? list.Select(FromJson).ToDictionary(module => module.ModuleId, StringComparer.Ordinal) : [];
            return read;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            // The hub has them all.
            Log.IdentitiesUnreadable(_logger, _file, e.Message);
            return [];
        }
    }

    private static JsonNode ToJson(ModuleIdentity module) => new JsonObject
    {
        ["moduleId"] = module.ModuleId,
        ["generationId"] = module.GenerationId,
        ["key"] = Convert.ToBase64String(module.Key),
        ["secondaryKey"] = Convert.ToBase64String(module.SecondaryKey),
        ["managedBy"] = module.ManagedBy,
    };

    private ModuleIdentity FromJson(JsonNode? json) => new(
        new HubIdentity(_device.DeviceId, json!["moduleId"]!.GetValue<string>()),
        json["generationId"]!.GetValue<string>(),
        Convert.FromBase64String(json["key"]!.GetValue<string>()),
        Convert.FromBase64String(json["secondaryKey"]!.GetValue<string>()),
        json["managedBy"]?.GetValue<string>());
}
