using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Deploying;

/// <summary>How often modules were started again, kept on disk: a runtime that is killed does not begin to count anew. One caller at a time.</summary>
internal sealed class ModuleHistory
{
    private readonly string _file;
    private readonly double _scale;
    private readonly Dictionary<string, (int Restarts, DateTimeOffset? Last)> _modules = new(StringComparer.Ordinal);

    /// <summary>Reads what is kept; a damaged file counts as none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="firstPause">The pause before the first restart, by which all pauses scale.</param>
    public ModuleHistory(string file, TimeSpan firstPause)
    {
        (_file, _scale) = (file, firstPause / RestartRules.FirstPause);
        if (PrivateFile.Read(file) is { } content && HubJson.TryParseObject(content, out var json, out _))
        {
            foreach (var (module, entry) in json)
            {
                if (entry is JsonObject && entry["restarts"] is JsonValue count && count.TryGetValue<int>(out var restarts))
                {
                    _modules[module] = (restarts, DateTimeOffset.TryParse(entry["last"]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var last) ? last : null);
                }
            }
        }
    }

    /// <summary>The restarts that count for a module now, and when the last was.</summary>
    public (int Restarts, DateTimeOffset? Last) Of(ModuleSighting module, DateTimeOffset now)
    {
        var (restarts, last) = _modules.GetValueOrDefault(module.Spec.ModuleId);
        var ran = (module.State == ModuleRunState.Exited ? module.Exited ?? now : now) - (module.Started ?? now);
        return module.State == ModuleRunState.Stopped ? (restarts, last) : (RestartRules.CountAfter(restarts, ran), last);
    }

    /// <summary>When a module that ended may start again.</summary>
    public DateTimeOffset DueOf(ModuleSighting module, DateTimeOffset now) => (module.Exited ?? now) + (RestartRules.PauseAfter(Of(module, now).Restarts) * _scale);

    /// <summary>A module is started again.</summary>
    public void Restarted(ModuleSighting module, DateTimeOffset now)
    {
        _modules[module.Spec.ModuleId] = (Of(module, now).Restarts + 1, now);
        Save();
    }

    /// <summary>Another module of the name, or none.</summary>
    public void Forget(string moduleId)
    {
        if (_modules.Remove(moduleId))
        {
            Save();
        }
    }

    private void Save()
    {
        var json = new JsonObject();
        foreach (var (module, (restarts, last)) in _modules)
        {
            json[module] = new JsonObject { ["restarts"] = restarts, ["last"] = last?.ToString("O", CultureInfo.InvariantCulture) };
        }

        PrivateFile.Write(_file, HubJson.ToUtf8(json));
    }
}
