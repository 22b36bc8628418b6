using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.EdgeRuntime.Deploying;

/// <summary>
/// Makes the device's modules what a deployment wants: identities, then the plan, step by step. A step that fails takes the later ones of its
/// module with it and no others. One caller at a time.
/// </summary>
internal sealed class Reconciler(IdentityKeeper identities, RunnerSet runners, ModuleHistory history, ModuleSurroundings surroundings, TimeProvider time, ILogger logger)
{
    /// <summary>One round. Does as much as it can and says what it could not.</summary>
    public async Task<Round> RunAsync(EdgeAgentDesired deployment, CancellationToken ct)
    {
        ModuleSpec[] specs = [deployment.EdgeHub, .. deployment.Modules.Values];
        List<string> faults = [];
        await ReconcileIdentitiesAsync(specs, faults, ct);
        var present = (await runners.ObserveAsync(ct)).ToDictionary(module => module.Spec.ModuleId, StringComparer.Ordinal);
        var desired = specs.Select(spec => Want(spec, present.GetValueOrDefault(spec.ModuleId))).OfType<DesiredModule>().ToList();

        HashSet<string> failed = [];
        var now = time.GetUtcNow();
        foreach (var step in Planner.Plan(desired, present.Values.Select(module => See(module, now))))
        {
            if (failed.Contains(step.ModuleId))
            {
                continue;
            }

            try
            {
                await DoAsync(step, present.GetValueOrDefault(step.ModuleId), ct);
                Log.StepDone(logger, step);
            }
            catch (Exception e) when (e is RunnerException or IOException or UnauthorizedAccessException or TimeoutException or FormatException)
            {
                failed.Add(step.ModuleId);
                faults.Add(e.Message);
                Log.StepFailed(logger, step, e.Message);
            }
        }

        var after = await runners.ObserveAsync(ct);
        return new Round(after, faults.Count == 0 ? null : string.Join(' ', faults), NextOf(after, specs));
    }

    /// <summary>Ends every module, the last started first, without forgetting any.</summary>
    public async Task StopAllAsync(CancellationToken ct)
    {
        var running = (await runners.ObserveAsync(ct)).Where(module => module.State == ModuleRunState.Running).ToList();
        // edgeHub last, so that modules can say good-bye.
        foreach (var group in running.GroupBy(module => module.Spec.IsSystem).OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(async module =>
            {
                try
                {
                    await (await runners.HolderOfAsync(module.Spec.ModuleId, ct)).StopAsync(module.Spec.ModuleId, ct);
                }
                catch (RunnerException e)
                {
                    Log.StepFailed(logger, new Step(StepKind.Stop, module.Spec.ModuleId), e.Message);
                }
            }));
        }
    }

    private async Task ReconcileIdentitiesAsync(ModuleSpec[] specs, List<string> faults, CancellationToken ct)
    {
        var needed = specs.Select(spec => spec.ModuleId).ToHashSet(StringComparer.Ordinal);
        var known = identities.All;
        if (needed.All(module => identities.Find(module) is not null) && known.All(module => module.ManagedBy != ModuleIdentity.Keeper || module.ModuleId.StartsWith('$') || needed.Contains(module.ModuleId)))
        {
            return;
        }

        try
        {
            await identities.ReconcileAsync(needed, ct);
        }
        catch (HubException e)
        {
            faults.Add(e.Message);
            Log.IdentitiesFailed(logger, e.Message);
        }
    }

    private DesiredModule? Want(ModuleSpec spec, ModuleSighting? present) => identities.Find(spec.ModuleId) is { } identity
        ? surroundings.Of(spec, identity)
        // It has run with an identity that cannot be seen now: that is no reason to end it.
        : present is null ? null : new DesiredModule(spec, present.Surroundings);

    private CurrentModule See(ModuleSighting module, DateTimeOffset now) =>
        new(module.Spec, module.Surroundings, module.State, module.ExitCode, module.State != ModuleRunState.Exited || history.DueOf(module, now) <= now);

    private async Task DoAsync(Step step, ModuleSighting? present, CancellationToken ct)
    {
        switch (step.Kind)
        {
            case StepKind.Create:
                var identity = identities.Find(step.ModuleId) ?? throw new RunnerException($"Module {step.ModuleId} has no identity.");
                await runners.RunnerFor(step.Target!.Spec).CreateAsync(surroundings.LaunchOf(step.Target, identity), ct);
                return;
            case StepKind.Update:
                await (await runners.HolderOfAsync(step.ModuleId, ct)).UpdateAsync(step.Target!.Spec, ct);
                return;
            case StepKind.Stop:
                await (await runners.HolderOfAsync(step.ModuleId, ct)).StopAsync(step.ModuleId, ct);
                return;
            case StepKind.Remove:
                await (await runners.HolderOfAsync(step.ModuleId, ct)).RemoveAsync(step.ModuleId, ct);
                history.Forget(step.ModuleId);
                return;
            case StepKind.Restart:
                history.Restarted(present!, time.GetUtcNow());
                await (await runners.HolderOfAsync(step.ModuleId, ct)).StartAsync(step.ModuleId, ct);
                return;
            default:
                await (await runners.HolderOfAsync(step.ModuleId, ct)).StartAsync(step.ModuleId, ct);
                return;
        }
    }

    private DateTimeOffset? NextOf(IReadOnlyList<ModuleSighting> modules, ModuleSpec[] specs)
    {
        var now = time.GetUtcNow();
        var waiting = modules.Where(module => module.State == ModuleRunState.Exited && specs.Any(spec =>
            spec.ModuleId == module.Spec.ModuleId && spec.Status == ModuleStatus.Running && RestartRules.Wants(spec.RestartPolicy, module.ExitCode)));
        return waiting.Select(module => (DateTimeOffset?)history.DueOf(module, now)).Min();
    }
}
