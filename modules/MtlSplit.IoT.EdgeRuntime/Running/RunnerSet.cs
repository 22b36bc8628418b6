using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Workload;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Running;

/// <summary>All ways to run modules, the first that takes a module being its. Thread-safe.</summary>
internal sealed class RunnerSet(IReadOnlyList<IModuleRunner> runners) : IModuleProcesses
{
    private volatile IReadOnlyList<ModuleSighting> _last = [];

    /// <summary>All modules that are there, whoever runs them.</summary>
    public async Task<IReadOnlyList<ModuleSighting>> ObserveAsync(CancellationToken ct)
    {
        List<ModuleSighting> seen = [];
        foreach (var runner in runners)
        {
            seen.AddRange(await runner.ObserveAsync(ct));
        }

        // Half of a move from one runner to the other: the one that is to run it counts; the other's goes with the next plan.
        return _last = [.. seen.GroupBy(module => module.Spec.ModuleId, StringComparer.Ordinal).Select(group => group.First())];
    }

    /// <summary>The runner that has this module now.</summary>
    /// <exception cref="RunnerException">None has it.</exception>
    public async Task<IModuleRunner> HolderOfAsync(string moduleId, CancellationToken ct)
    {
        foreach (var runner in runners)
        {
            if ((await runner.ObserveAsync(ct)).Any(module => module.Spec.ModuleId == moduleId))
            {
                return runner;
            }
        }

        throw new RunnerException($"There is no module {moduleId}.");
    }

    /// <summary>Ends a module that runs and starts it again at once, as a person asks for.</summary>
    /// <exception cref="RunnerException">There is no such module, it does not run, or it cannot.</exception>
    public async Task RestartAsync(string moduleId, CancellationToken ct)
    {
        var runner = await HolderOfAsync(moduleId, ct);
        if ((await runner.ObserveAsync(ct)).Any(module => module.Spec.ModuleId == moduleId && module.State != ModuleRunState.Running))
        {
            // To start what the deployment has stopped, or what waits for its pause, is the plan's.
            throw new RunnerException($"Module {moduleId} cannot be restarted: it does not run.");
        }

        await runner.StopAsync(moduleId, ct);
        await runner.StartAsync(moduleId, ct);
    }

    /// <summary>The runner that can run this module.</summary>
    /// <exception cref="RunnerException">None can.</exception>
    public IModuleRunner RunnerFor(ModuleSpec module) => runners.FirstOrDefault(runner => runner.Takes(module)) ?? throw new RunnerException(
        $"Module {module.ModuleId}: no executable stands for the image {module.Settings.Image}, and there is no container engine.");

    /// <inheritdoc/>
    public bool Owns(string moduleId, int process) => moduleId is "$edgeAgent" or "$edgeHub"
        ? process == Environment.ProcessId
        : runners.Any(runner => runner.Owns(moduleId, process));

    /// <inheritdoc/>
    public IReadOnlyList<(string ModuleId, string Status)> List() =>
        [.. _last.Select(module => (module.Spec.ModuleId, module.State == ModuleRunState.Running ? "running" : "stopped"))];
}
