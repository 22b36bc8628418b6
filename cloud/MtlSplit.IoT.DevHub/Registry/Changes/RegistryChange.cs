using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.DevHub.Registry.Changes;

/// <summary>A change that is being made: what it did is kept and published together at its end, or not at all.</summary>
internal sealed class RegistryChange
{
    private readonly HashSet<HubIdentity> _entries = [];
    private readonly HashSet<string> _configurations = [];
    private readonly List<RegistryNotice> _notices = [];
    private readonly List<string> _faults = [];

    /// <summary>Begins.</summary>
    /// <param name="before">The state before it.</param>
    /// <param name="counters">The counters before it.</param>
    /// <param name="now">The time of everything in it.</param>
    public RegistryChange(RegistryState before, RegistryCounters counters, DateTimeOffset now)
    {
        Before = State = before;
        Counters = counters;
        Now = now;
    }

    /// <summary>The state before it.</summary>
    public RegistryState Before { get; }

    /// <summary>The state as it is so far.</summary>
    public RegistryState State { get; private set; }

    /// <summary>The counters as they are so far.</summary>
    public RegistryCounters Counters { get; private set; }

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Devices and modules that were written or removed.</summary>
    public IReadOnlySet<HubIdentity> Entries => _entries;

    /// <summary>Configurations that were written or removed.</summary>
    public IReadOnlySet<string> Configurations => _configurations;

    /// <summary>What it means for clients, in order.</summary>
    public IReadOnlyList<RegistryNotice> Notices => _notices;

    /// <summary>What could not be done although nobody asked for the impossible.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Whether it did anything.</summary>
    public bool IsEmpty => _entries.Count == 0 && _configurations.Count == 0;

    /// <summary>A number that no etag had before.</summary>
    public long NextEtag()
    {
        Counters = Counters with { LastEtag = Counters.LastEtag + 1 };
        return Counters.LastEtag;
    }

    /// <summary>A generation that no identity had before.</summary>
    public string NextGeneration()
    {
        Counters = Counters with { LastGeneration = Math.Max(Counters.LastGeneration + 1, Now.UtcTicks) };
        return Counters.LastGeneration.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a device or module; a module's device is there.</summary>
    public void Put(HubEntry entry)
    {
        State = State.With(entry);
        _entries.Add(entry.Id);
    }

    /// <summary>Removes a module, or a device with its modules.</summary>
    /// <param name="id">Which.</param>
    /// <param name="reason">What their connections are told.</param>
    public void Remove(HubIdentity id, string reason)
    {
        HubIdentity[] gone = id.IsModule ? [id] : [.. State.Devices[id.DeviceId].Modules.Values.Select(module => module.Id), id];
        State = State.Without(id);
        foreach (var one in gone)
        {
            _entries.Add(one);
            Close(one, reason);
        }
    }

    /// <summary>Writes a configuration.</summary>
    public void Put(ConfigurationRecord configuration)
    {
        State = State with { Configurations = State.Configurations.SetItem(configuration.Id, configuration) };
        _configurations.Add(configuration.Id);
    }

    /// <summary>Removes a configuration.</summary>
    public void RemoveConfiguration(string id)
    {
        State = State with { Configurations = State.Configurations.Remove(id) };
        _configurations.Add(id);
    }

    /// <summary>Tells a client that its desired properties changed.</summary>
    /// <param name="id">The client.</param>
    /// <param name="patch">What changed.</param>
    /// <param name="version">The version with it.</param>
    public void NotifyDesired(HubIdentity id, JsonObject patch, long version) => _notices.Add(new RegistryNotice(id, TwinSection.Notification(patch, version), null));

    /// <summary>Notes what could not be done.</summary>
    public void Note(string fault) => _faults.Add(fault);

    /// <summary>Ends a client's connection.</summary>
    public void Close(HubIdentity id, string reason) => _notices.Add(new RegistryNotice(id, null, reason));
}
