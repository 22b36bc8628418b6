using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Twins;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Twins;

/// <summary>The twins of the device's modules on disk, so that modules have them while the hub is away. Thread-safe.</summary>
internal sealed class TwinCache
{
    // Patches that cannot be merged; a module that does nothing else is told to wait.
    private const int MostPending = 256;

    private readonly Dictionary<string, CachedTwin> _twins = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sending = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly string _folder;

    /// <summary>Reads what is on disk.</summary>
    public TwinCache(string folder, ILogger logger)
    {
        _folder = folder;
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            try
            {
                var json = HubJson.ParseObject(AtomicFile.Read(DiskFileSystem.Instance, file)!, file);
                _twins[json["module"]!.GetValue<string>()] = new CachedTwin(
                    json["desired"]!.AsObject().DeepClone().AsObject(),
                    json["desiredVersion"]!.GetValue<long>(),
                    json["reported"]!.AsObject().DeepClone().AsObject(),
                    json["reportedVersion"]!.GetValue<long>(),
                    new PendingPatches(json["pending"]!.AsArray().Select(patch => patch!.AsObject().DeepClone().AsObject())));
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException)
            {
                Log.TwinUnreadable(logger, file, e.Message);
            }
        }
    }

    /// <summary>Modules whose patches wait.</summary>
    public IReadOnlyList<string> Waiting
    {
        get
        {
            lock (_gate)
            {
                return [.. _twins.Where(twin => twin.Value.Pending.Count > 0).Select(twin => twin.Key)];
            }
        }
    }

    public CachedTwin? Find(string moduleId)
    {
        lock (_gate)
        {
            return _twins.GetValueOrDefault(moduleId);
        }
    }

    /// <summary>The hub gave a twin.</summary>
    public CachedTwin Put(string moduleId, ModuleTwin twin)
    {
        lock (_gate)
        {
            var known = _twins.GetValueOrDefault(moduleId);
            // A change of the desired properties may have overtaken the answer.
            var newer = known is not null && known.DesiredVersion > twin.DesiredVersion ? known : null;
            return Save(moduleId, new CachedTwin(
                newer?.Desired ?? twin.Desired, newer?.DesiredVersion ?? twin.DesiredVersion, twin.Reported, twin.ReportedVersion, known?.Pending ?? PendingPatches.None));
        }
    }

    /// <summary>The desired properties changed. What the module has not heard, as a patch with its version; null: nothing.</summary>
    public JsonObject? PutDesired(string moduleId, JsonObject desired, long version)
    {
        lock (_gate)
        {
            var known = _twins.GetValueOrDefault(moduleId);
            if (known is not null && known.DesiredVersion == version)
            {
                return null;
            }

            Save(moduleId, new CachedTwin(desired, version, known?.Reported ?? [], known?.ReportedVersion ?? 0, known?.Pending ?? PendingPatches.None));
            if (known is null)
            {
                return null;
            }

            var patch = MergePatch.Between(known.Desired, desired);
            patch["$version"] = version;
            return patch;
        }
    }

    /// <summary>A module changes its reported properties; on disk when this returns.</summary>
    /// <exception cref="HubException">The result would break a limit, or too much waits.</exception>
    public void AddPatch(string moduleId, JsonObject patch)
    {
        lock (_gate)
        {
            var known = _twins.GetValueOrDefault(moduleId) ?? new CachedTwin([], 0, [], 0, PendingPatches.None);
            var pending = known.Pending.With(patch, _sending.Contains(moduleId) ? 1 : 0);
            if (pending.Count > MostPending)
            {
                throw new HubException(HubErrors.ThrottlingException, $"{MostPending} changes of reported properties wait for the hub already.");
            }

            if (TwinRules.Check(pending.ApplyTo(known.Reported), TwinSectionKind.Reported) is { } fault)
            {
                throw new HubException(HubErrors.ArgumentInvalid, $"{fault.Path}: {fault.Message}");
            }

            Save(moduleId, known with { Pending = pending });
        }
    }

    /// <summary>The patch to send next, which from now on stays as it is; null: none.</summary>
    public JsonObject? BeginSend(string moduleId)
    {
        lock (_gate)
        {
            var first = _twins.GetValueOrDefault(moduleId)?.Pending.First;
            if (first is not null)
            {
                _sending.Add(moduleId);
            }

            return first;
        }
    }

    /// <summary>The hub has the patch, or will never take it; null version where it did not say.</summary>
    public void Sent(string moduleId, bool taken, long? version)
    {
        lock (_gate)
        {
            _sending.Remove(moduleId);
            if (_twins.GetValueOrDefault(moduleId) is { Pending.First: { } first } known)
            {
                Save(moduleId, known with
                {
                    Reported = taken ? MergePatch.Apply(known.Reported.DeepClone().AsObject(), first) : known.Reported,
                    ReportedVersion = taken ? version ?? known.ReportedVersion + 1 : known.ReportedVersion,
                    Pending = known.Pending.WithoutFirst(),
                });
            }
        }
    }

    /// <summary>The module is gone, or is another one of the same name.</summary>
    public void Forget(string moduleId)
    {
        lock (_gate)
        {
            _sending.Remove(moduleId);
            if (_twins.Remove(moduleId))
            {
                File.Delete(FileOf(moduleId));
            }
        }
    }

    private string FileOf(string moduleId) => Path.Combine(_folder, $"{EdgeFolder.NameOf(moduleId)}.json");

    private CachedTwin Save(string moduleId, CachedTwin twin)
    {
        PrivateFile.Write(FileOf(moduleId), HubJson.ToUtf8(new JsonObject
        {
            ["module"] = moduleId,
            ["desired"] = twin.Desired.DeepClone(),
            ["desiredVersion"] = twin.DesiredVersion,
            ["reported"] = twin.Reported.DeepClone(),
            ["reportedVersion"] = twin.ReportedVersion,
            ["pending"] = new JsonArray([.. twin.Pending.All]),
        }));
        return _twins[moduleId] = twin;
    }
}
