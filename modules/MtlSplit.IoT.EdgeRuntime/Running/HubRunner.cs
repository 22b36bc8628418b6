using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Running;

/// <summary>Runs edgeHub, which is part of this process. Thread-safe.</summary>
internal sealed class HubRunner(IHubSwitch hub, TimeProvider time) : IModuleRunner
{
    private ModuleSighting? _seen;

    /// <inheritdoc/>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public bool Takes(ModuleSpec module) => module is { IsSystem: true, Name: "edgeHub" };

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModuleSighting>> ObserveAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<ModuleSighting>>(_seen is { } seen ? [seen] : []);

    /// <inheritdoc/>
    public Task CreateAsync(ModuleLaunch launch, CancellationToken ct)
    {
        _seen = new ModuleSighting(launch.Spec, launch.Surroundings, ModuleRunState.Stopped, null, null, null);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UpdateAsync(ModuleSpec module, CancellationToken ct)
    {
        _seen = _seen! with { Spec = module };
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StartAsync(string moduleId, CancellationToken ct)
    {
        try
        {
            await hub.StartAsync(ct);
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException)
        {
            throw new RunnerException($"edgeHub cannot start: {e.Message}", e);
        }

        _seen = _seen! with { State = ModuleRunState.Running, Started = time.GetUtcNow() };
    }

    /// <inheritdoc/>
    public async Task StopAsync(string moduleId, CancellationToken ct)
    {
        await hub.StopAsync();
        _seen = _seen! with { State = ModuleRunState.Stopped, Exited = time.GetUtcNow(), ExitCode = 0 };
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string moduleId, CancellationToken ct)
    {
        _seen = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>Itself alone: what else this process started are other modules.</remarks>
    public bool Owns(string moduleId, int process) => moduleId == "$edgeHub" && process == Environment.ProcessId;

    /// <inheritdoc/>
    public Task<string> ReadLogAsync(string moduleId, int? lines, CancellationToken ct) => throw new RunnerException("edgeHub has no log of its own; it is in the runtime's.");
}
