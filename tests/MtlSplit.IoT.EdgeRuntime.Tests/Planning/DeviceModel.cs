using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Planning;

/// <summary>A device that does what it is told and refuses what makes no sense.</summary>
internal sealed class DeviceModel(IEnumerable<CurrentModule> modules)
{
    private readonly Dictionary<string, CurrentModule> _modules = modules.ToDictionary(module => module.Id);

    public IReadOnlyCollection<CurrentModule> Modules => _modules.Values;

    public void Do(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Create:
                _modules.Add(step.ModuleId, new CurrentModule(step.Target!.Spec, step.Target.Surroundings, ModuleRunState.Stopped));
                return;
            case StepKind.Remove:
                Require(step, ModuleRunState.Stopped, ModuleRunState.Exited);
                _modules.Remove(step.ModuleId);
                return;
            case StepKind.Stop:
                Set(step, ModuleRunState.Stopped, ModuleRunState.Running, ModuleRunState.Exited);
                return;
            case StepKind.Start:
                Set(step, ModuleRunState.Running, ModuleRunState.Stopped);
                return;
            case StepKind.Restart:
                Set(step, ModuleRunState.Running, ModuleRunState.Exited);
                return;
            case StepKind.Update:
                _modules[step.ModuleId] = _modules[step.ModuleId] with { Spec = step.Target!.Spec };
                return;
            default:
                throw new InvalidOperationException($"{step}");
        }
    }

    public bool Is(IReadOnlyCollection<DesiredModule> desired) => desired.Count == _modules.Count && desired.All(module =>
        _modules.TryGetValue(module.Id, out var present) && present.Spec == module.Spec && present.Surroundings == module.Surroundings && Rests(module.Spec, present));

    private static bool Rests(ModuleSpec spec, CurrentModule present) => spec.Status == ModuleStatus.Stopped
        ? present.State == ModuleRunState.Stopped
        : present.State == ModuleRunState.Running
            || (present.State == ModuleRunState.Exited && (!present.RestartDue || !RestartRules.Wants(spec.RestartPolicy, present.ExitCode)));

    private void Set(Step step, ModuleRunState state, params ModuleRunState[] from)
    {
        Require(step, from);
        _modules[step.ModuleId] = _modules[step.ModuleId] with { State = state };
    }

    private void Require(Step step, params ModuleRunState[] from)
    {
        if (!from.Contains(_modules[step.ModuleId].State))
        {
            throw new InvalidOperationException($"{step} of a module that is {_modules[step.ModuleId].State}.");
        }
    }
}
