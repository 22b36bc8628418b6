using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Planning;

/// <summary>
/// Says what to do so that the modules become what the deployment wants. Pure: the same modules give the same steps. First everything that
/// goes, last started first; then everything that comes, in the order of <see cref="ModuleSpec.StartupOrder"/>, the system's before the
/// author's, by name. Steps of different modules do not depend on each other, so one that fails may be left out with the later ones of its module.
/// </summary>
internal static class Planner
{
    /// <summary>Makes the plan; empty where there is nothing to do.</summary>
    /// <param name="desired">The modules that shall be there, each once.</param>
    /// <param name="current">The modules that are there, each once.</param>
    public static IReadOnlyList<Step> Plan(IEnumerable<DesiredModule> desired, IEnumerable<CurrentModule> current)
    {
        var wanted = desired.ToDictionary(module => module.Id, StringComparer.Ordinal);
        var present = current.ToDictionary(module => module.Id, StringComparer.Ordinal);
        List<Step> steps = [];
        foreach (var module in InOrder(present.Values, module => module.Spec).Reverse())
        {
            TakeAway(steps, module, wanted.GetValueOrDefault(module.Id));
        }

        foreach (var module in InOrder(wanted.Values, module => module.Spec))
        {
            Bring(steps, module, present.GetValueOrDefault(module.Id));
        }

        return steps;
    }

    /// <summary>Whether a module has to be made anew: something changed that a process gets only when it starts.</summary>
    public static bool IsAnother(DesiredModule desired, CurrentModule current) =>
        desired.Surroundings != current.Surroundings
        || desired.Spec.Settings != current.Spec.Settings
        || !desired.Spec.Env.OrderBy(variable => variable.Key, StringComparer.Ordinal).SequenceEqual(current.Spec.Env.OrderBy(variable => variable.Key, StringComparer.Ordinal));

    private static void TakeAway(List<Step> steps, CurrentModule module, DesiredModule? wanted)
    {
        var goes = wanted is null || IsAnother(wanted, module);
        if (goes ? module.State == ModuleRunState.Running : wanted!.Spec.Status == ModuleStatus.Stopped && module.State != ModuleRunState.Stopped)
        {
            steps.Add(new Step(StepKind.Stop, module.Id, wanted));
        }

        if (goes)
        {
            steps.Add(new Step(StepKind.Remove, module.Id, wanted));
        }
    }

    private static void Bring(List<Step> steps, DesiredModule module, CurrentModule? present)
    {
        var runs = module.Spec.Status == ModuleStatus.Running;
        if (present is null || IsAnother(module, present))
        {
            steps.Add(new Step(StepKind.Create, module.Id, module));
            if (runs)
            {
                steps.Add(new Step(StepKind.Start, module.Id, module));
            }

            return;
        }

        if (module.Spec != present.Spec)
        {
            steps.Add(new Step(StepKind.Update, module.Id, module));
        }

        if (runs && present.State == ModuleRunState.Stopped)
        {
            steps.Add(new Step(StepKind.Start, module.Id, module));
        }
        else if (runs && present.State == ModuleRunState.Exited && present.RestartDue && RestartRules.Wants(module.Spec.RestartPolicy, present.ExitCode))
        {
            steps.Add(new Step(StepKind.Restart, module.Id, module));
        }
    }

    private static IOrderedEnumerable<T> InOrder<T>(IEnumerable<T> modules, Func<T, ModuleSpec> spec) => modules
        .OrderBy(module => spec(module).StartupOrder)
        .ThenBy(module => !spec(module).IsSystem)
        .ThenBy(module => spec(module).ModuleId, StringComparer.Ordinal);
}
