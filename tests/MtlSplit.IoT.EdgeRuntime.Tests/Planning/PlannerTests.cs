using CsCheck;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.HubProtocol.Deployments;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly Gen<string> Names = Pick("a", "b", "c", "d", "$edgeHub");

    private static readonly Gen<ModuleSpec> Specs = Gen.Select(
        Pick("image:1", "image:2"), Pick<string?>(null, "{\"Cmd\":[\"x\"]}"), Pick(Enum.GetValues<ModuleStatus>()), Pick(Enum.GetValues<RestartPolicy>()),
        Pick(0u, 1u, ModuleSpec.LastToStart), Gen.Bool,
        static (image, options, status, restart, order, env) => new ModuleSpec
        {
            Name = "",
            Settings = new ModuleSettings(image, options),
            Status = status,
            RestartPolicy = restart,
            StartupOrder = order,
            Env = env ? new Dictionary<string, EnvValue> { ["k"] = new("v") } : new Dictionary<string, EnvValue>(),
        });

    private static readonly Gen<List<DesiredModule>> Desired = Gen.Select(Names, Specs, Pick("here", "there"), static (name, spec, around) => new DesiredModule(Named(spec, name), around))
        .List[0, 8].Select(static list => list.DistinctBy(module => module.Id).ToList());

    private static readonly Gen<List<CurrentModule>> Current = Gen.Select(
            Names, Specs, Pick("here", "there"), Pick(Enum.GetValues<ModuleRunState>()), Pick<int?>(null, 0, 1), Gen.Bool,
            static (name, spec, around, state, exit, due) => new CurrentModule(Named(spec, name), around, state, exit, due))
        .List[0, 8].Select(static list => list.DistinctBy(module => module.Id).ToList());

    [Fact]
    public void Plan_Applied_ReachesTheDesiredState() => Gen.Select(Desired, Current).Sample(static (desired, current) =>
    {
        var device = new DeviceModel(current);
        foreach (var step in Planner.Plan(desired, current))
        {
            device.Do(step);
        }

        Assert.True(device.Is(desired));
    });

    [Fact]
    public void Plan_AfterItWasApplied_IsEmpty() => Gen.Select(Desired, Current).Sample(static (desired, current) =>
    {
        var device = new DeviceModel(current);
        foreach (var step in Planner.Plan(desired, current))
        {
            device.Do(step);
        }

        Assert.Empty(Planner.Plan(desired, device.Modules));
    });

    [Fact]
    public void Plan_WhoseStepsFail_IsMadeGoodByTheNext() => Gen.Select(Desired, Current, Gen.Int[0, 30], Gen.Bool).Sample(static (desired, current, failing, stopsAll) =>
    {
        var device = new DeviceModel(current);
        var broken = "";
        foreach (var (i, step) in Planner.Plan(desired, current).Index())
        {
            // A step that fails takes the later ones of its module with it; a runtime that dies, all of them.
            if (i == failing)
            {
                broken = step.ModuleId;
            }

            if (broken.Length == 0 || (!stopsAll && broken != step.ModuleId))
            {
                device.Do(step);
            }
        }

        foreach (var step in Planner.Plan(desired, device.Modules))
        {
            device.Do(step);
        }

        Assert.True(device.Is(desired));
    });

    [Fact]
    public void Plan_WithStartupOrder_StartsLowerOnesFirstAndStopsThemLast()
    {
        DesiredModule[] desired = [Module("late", order: 9), Module("first", order: 0), Module("last"), new(Named(Module("x", order: 9).Spec, "$edgeHub"), "here")];

        var starts = Planner.Plan(desired, []).Where(step => step.Kind == StepKind.Start).Select(step => step.ModuleId);
        var stops = Planner.Plan([], desired.Select(module => new CurrentModule(module.Spec, "here", ModuleRunState.Running))).Where(step => step.Kind == StepKind.Stop).Select(step => step.ModuleId);

        Assert.Equal(["first", "$edgeHub", "late", "last"], starts);
        Assert.Equal(["last", "late", "$edgeHub", "first"], stops);
    }

    [Fact]
    public void Plan_OfAnotherRestartPolicy_LeavesTheProcessAlone()
    {
        var spec = Module("m").Spec;

        var steps = Planner.Plan([new(spec with { RestartPolicy = RestartPolicy.Never, StartupOrder = 3 }, "here")], [new(spec, "here", ModuleRunState.Running)]);

        Assert.Equal(StepKind.Update, Assert.Single(steps).Kind);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 20)]
    [InlineData(4, 160)]
    [InlineData(5, 300)]
    [InlineData(40, 300)]
    public void Pause_AfterRestarts_Doubles(int restarts, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), RestartRules.PauseAfter(restarts));

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static DesiredModule Module(string name, uint order = ModuleSpec.LastToStart) =>
        new(new ModuleSpec { Name = name, Settings = new ModuleSettings("image"), StartupOrder = order }, "here");

    private static ModuleSpec Named(ModuleSpec spec, string name) => spec with { Name = name.TrimStart('$'), IsSystem = name.StartsWith('$') };
}
