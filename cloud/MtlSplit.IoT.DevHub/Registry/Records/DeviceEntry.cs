using System.Collections.Immutable;

namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>A device with its modules. Immutable.</summary>
/// <param name="Self">The device.</param>
/// <param name="Modules">Its modules by id.</param>
internal sealed record DeviceEntry(HubEntry Self, ImmutableSortedDictionary<string, HubEntry> Modules)
{
    /// <summary>No modules.</summary>
    public static readonly ImmutableSortedDictionary<string, HubEntry> NoModules = ImmutableSortedDictionary.Create<string, HubEntry>(StringComparer.Ordinal);
}
