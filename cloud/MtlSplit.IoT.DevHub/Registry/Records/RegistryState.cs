using System.Collections.Immutable;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>Everything that the registry knows at one moment. Immutable, so that a reader sees one moment for as long as it likes.</summary>
/// <param name="Devices">Devices by id.</param>
/// <param name="Configurations">Configurations by id.</param>
/// <param name="EntryCount">How many devices and modules there are.</param>
internal sealed record RegistryState(ImmutableSortedDictionary<string, DeviceEntry> Devices, ImmutableSortedDictionary<string, ConfigurationRecord> Configurations, int EntryCount)
{
    /// <summary>Nothing.</summary>
    public static readonly RegistryState Empty = new(
        ImmutableSortedDictionary.Create<string, DeviceEntry>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, ConfigurationRecord>(StringComparer.Ordinal), 0);

    /// <summary>The device or module, or null.</summary>
    public HubEntry? Find(HubIdentity id) => Devices.TryGetValue(id.DeviceId, out var device)
        ? id.ModuleId is null ? device.Self : device.Modules.GetValueOrDefault(id.ModuleId)
        : null;

    /// <summary>The state with this device or module in place of what was there; a module's device must be there.</summary>
    public RegistryState With(HubEntry entry)
    {
        var isNew = Find(entry.Id) is null ? 1 : 0;
        var device = Devices.GetValueOrDefault(entry.Id.DeviceId);
        device = entry.Id.ModuleId is { } module
            ? device! with { Modules = device.Modules.SetItem(module, entry) }
            : new DeviceEntry(entry, device?.Modules ?? DeviceEntry.NoModules);
        return this with { Devices = Devices.SetItem(entry.Id.DeviceId, device), EntryCount = EntryCount + isNew };
    }

    /// <summary>The state without this device and its modules, or without this module.</summary>
    public RegistryState Without(HubIdentity id)
    {
        if (!Devices.TryGetValue(id.DeviceId, out var device))
        {
            return this;
        }

        if (id.ModuleId is null)
        {
            return this with { Devices = Devices.Remove(id.DeviceId), EntryCount = EntryCount - 1 - device.Modules.Count };
        }

        return device.Modules.ContainsKey(id.ModuleId)
            ? this with { Devices = Devices.SetItem(id.DeviceId, device with { Modules = device.Modules.Remove(id.ModuleId) }), EntryCount = EntryCount - 1 }
            : this;
    }
}
