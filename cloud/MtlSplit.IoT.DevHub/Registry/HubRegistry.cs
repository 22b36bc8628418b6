using System.Globalization;
using MtlSplit.IoT.DevHub.Deploying;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Storing;

namespace MtlSplit.IoT.DevHub.Registry;

/// <summary>
/// Devices, modules, twins and configurations. Readers take <see cref="State"/> and never wait; one writer at a time makes a change, which
/// is in the database before anybody sees it. After each change the deployments of the devices that it touched are in force. Thread-safe.
/// </summary>
internal sealed class HubRegistry
{
    private readonly HubDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger<HubRegistry> _log;
    private readonly Lock _writer = new();
    private volatile RegistryState _state;
    private RegistryCounters _counters;

    private HubRegistry(HubDatabase database, TimeProvider time, ILogger<HubRegistry> log, RegistryState state, RegistryCounters counters)
    {
        _log = log;
        _database = database;
        _time = time;
        _state = state;
        _counters = counters;
    }

    /// <summary>Raised for each change, in order, by the writer: a handler must neither wait nor change the registry.</summary>
    public event Action<IReadOnlyList<RegistryNotice>>? Committed;

    /// <summary>Everything as it is now.</summary>
    public RegistryState State => _state;

    /// <summary>Reads the registry from the database.</summary>
    /// <exception cref="StoreException">The database cannot be used.</exception>
    public static HubRegistry Load(HubDatabase database, TimeProvider time, ILogger<HubRegistry> log)
    {
        var values = new HubValues(database).ReadAll();
        var counters = new RegistryCounters(Counter(HubValues.LastEtag), Counter(HubValues.LastGeneration));
        return new HubRegistry(database, time, log, RegistryTables.Load(database), counters);

        long Counter(string name) => values.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Makes a change: all of it, or nothing if <paramref name="make"/> throws or the database refuses it.</summary>
    /// <exception cref="HubProtocol.Errors.HubException">The hub's answer to whoever asked.</exception>
    /// <exception cref="StoreException">The database cannot be written.</exception>
    public T Change<T>(Func<RegistryChange, T> make)
    {
        lock (_writer)
        {
            var change = new RegistryChange(_state, _counters, _time.GetUtcNow());
            var result = make(change);
            if (change.IsEmpty)
            {
                return result;
            }

            DeploymentApplication.Reevaluate(change);
            _database.Write(writer => Write(writer, change));
            _counters = change.Counters;
            _state = change.State;
            foreach (var fault in change.Faults)
            {
                Log.NotInForce(_log, fault);
            }

            if (change.Notices.Count > 0)
            {
                Committed?.Invoke(change.Notices);
            }

            return result;
        }
    }

    private static void Write(HubWriter writer, RegistryChange change)
    {
        foreach (var id in change.Entries)
        {
            // A device that was removed takes its modules' rows along; what is there at the end is written after that.
            if (change.State.Find(id) is null)
            {
                RegistryTables.Remove(writer, id);
            }
        }

        foreach (var entry in change.Entries.OrderBy(id => id.IsModule).Select(change.State.Find).OfType<HubEntry>())
        {
            var before = change.Before.Find(entry.Id);
            RegistryTables.Put(writer, entry, identity: !ReferenceEquals(before?.Identity, entry.Identity), twin: !ReferenceEquals(before?.Twin, entry.Twin));
        }

        foreach (var id in change.Configurations)
        {
            if (change.State.Configurations.TryGetValue(id, out var configuration))
            {
                RegistryTables.Put(writer, configuration);
            }
            else
            {
                RegistryTables.RemoveConfiguration(writer, id);
            }
        }

        HubValues.Put(writer, HubValues.LastEtag, change.Counters.LastEtag.ToString(CultureInfo.InvariantCulture));
        HubValues.Put(writer, HubValues.LastGeneration, change.Counters.LastGeneration.ToString(CultureInfo.InvariantCulture));
    }
}
