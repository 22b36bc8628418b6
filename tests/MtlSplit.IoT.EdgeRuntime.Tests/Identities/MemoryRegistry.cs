using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Identities;

/// <summary>A hub's registry of one device.</summary>
internal sealed class MemoryRegistry : IModuleRegistry
{
    private int _made;

    public MemoryRegistry()
    {
        Add("$edgeAgent", ModuleIdentity.Keeper);
        Add("$edgeHub", ModuleIdentity.Keeper);
    }

    public SortedDictionary<string, ModuleIdentity> Modules { get; } = new(StringComparer.Ordinal);

    public bool Away { get; set; }

    public ModuleIdentity Add(string module, string? keeper) =>
        Modules[module] = new ModuleIdentity(new HubIdentity("d", module), $"{++_made}", [(byte)_made, 1, 2], [], keeper);

    public Task<IReadOnlyList<ModuleIdentity>> ListAsync(CancellationToken ct) => Answer<IReadOnlyList<ModuleIdentity>>(() => [.. Modules.Values]);

    public Task<ModuleIdentity> CreateAsync(string moduleId, CancellationToken ct) => Answer(() => Add(moduleId, ModuleIdentity.Keeper));

    public Task DeleteAsync(string moduleId, CancellationToken ct) => Answer(() => Modules.Remove(moduleId));

    private Task<T> Answer<T>(Func<T> answer) => Away ? throw new HubException(HubErrors.ServiceUnavailable, "The hub is away.") : Task.FromResult(answer());
}
