using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Running;

/// <summary>
/// A way to run modules. What it did survives the end of the runtime at any moment: the next runtime sees the same modules. Calls for different
/// modules may come concurrently, those for one come one after the other.
/// </summary>
internal interface IModuleRunner
{
    /// <summary>A module ended, or something else changed without a call.</summary>
    event Action? Changed;

    /// <summary>Whether it can run this module.</summary>
    bool Takes(ModuleSpec module);

    /// <summary>The modules that are there.</summary>
    Task<IReadOnlyList<ModuleSighting>> ObserveAsync(CancellationToken ct);

    /// <summary>Makes a module, not running.</summary>
    /// <exception cref="RunnerException">It cannot; says why.</exception>
    Task CreateAsync(ModuleLaunch launch, CancellationToken ct);

    /// <summary>Notes what the deployment says now, where that needs no new process.</summary>
    Task UpdateAsync(ModuleSpec module, CancellationToken ct);

    /// <summary>Starts a module that does not run.</summary>
    /// <exception cref="RunnerException">It cannot; says why.</exception>
    Task StartAsync(string moduleId, CancellationToken ct);

    /// <summary>Ends a module, in order if it does so in time; one that does not run is meant not to from now on.</summary>
    /// <exception cref="RunnerException">It cannot; says why.</exception>
    Task StopAsync(string moduleId, CancellationToken ct);

    /// <summary>Takes a module away that does not run.</summary>
    /// <exception cref="RunnerException">It cannot; says why.</exception>
    Task RemoveAsync(string moduleId, CancellationToken ct);

    /// <summary>Whether a process is the module's, or was started by it.</summary>
    /// <param name="moduleId">The module.</param>
    /// <param name="process">The process, as this machine numbers it.</param>
    bool Owns(string moduleId, int process);

    /// <summary>What the module said, its last lines.</summary>
    /// <exception cref="RunnerException">It cannot; says why.</exception>
    Task<string> ReadLogAsync(string moduleId, int? lines, CancellationToken ct);
}
