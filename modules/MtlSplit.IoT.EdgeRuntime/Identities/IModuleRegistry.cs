using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.EdgeRuntime.Identities;

/// <summary>The hub's registry, as far as a device may use it for its own modules. Thread-safe.</summary>
internal interface IModuleRegistry
{
    /// <summary>All modules of the device.</summary>
    /// <exception cref="HubException">The hub refuses, or cannot be reached (<see cref="HubErrors.ServiceUnavailable"/>).</exception>
    Task<IReadOnlyList<ModuleIdentity>> ListAsync(CancellationToken ct);

    /// <summary>Makes a module.</summary>
    /// <exception cref="HubException">The hub refuses, or cannot be reached.</exception>
    Task<ModuleIdentity> CreateAsync(string moduleId, CancellationToken ct);

    /// <summary>Deletes a module; one that is not there is deleted.</summary>
    /// <exception cref="HubException">The hub refuses, or cannot be reached.</exception>
    Task DeleteAsync(string moduleId, CancellationToken ct);
}
