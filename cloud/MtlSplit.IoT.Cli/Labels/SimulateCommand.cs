using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary><c>mtlsplit labels simulate</c>: a labeller that knows what the renderer drew.</summary>
internal static class SimulateCommand
{
    public const string Example = "mtlsplit labels simulate --fleet demo --broker 127.0.0.1:1883 --seed 7 --delay 2s --tasks object_size object_shape";

    public static Command Create()
    {
        var fleet = new Option<string>("--fleet") { HelpName = "FLEET", Description = "The fleet.", Required = true };
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "The seed that the vehicles' renderers run with.", Required = true };
        var scenes = new Option<ScheduledScenes>("--split") { Description = "The scenes that the vehicles draw from.", DefaultValueFactory = _ => ScheduledScenes.Test };
        var vehicles = new Option<string[]>("--vehicle") { HelpName = "NAME", Description = "Label only these vehicles; all by default.", AllowMultipleArgumentsPerToken = true };
        var tasks = new Option<string[]>("--tasks")
        {
            HelpName = "TASK",
            // No default value: the help would show it in a form that the flag does not take.
            Description = $"Which tasks to label: {string.Join(", ", Shapes3DTask.All.Select(t => t.Name))}; object_size and object_shape unless given.",
            AllowMultipleArgumentsPerToken = true,
        };
        var delay = new Option<string>("--delay") { HelpName = "TIME", Description = "How late a label comes: 2s, 500ms, 1m.", DefaultValueFactory = _ => "2s" };
        var share = new Option<double>("--share") { HelpName = "0..1", Description = "Which share of the frames gets a label.", DefaultValueFactory = _ => 1.0 };
        fleet.Refuse(v => BusName.IsValid(v) ? null : new BusNameException("fleet", v).Message);
        vehicles.Refuse(names => names?.FirstOrDefault(v => !BusName.IsValid(v)) is { } wrong ? new BusNameException("vehicle", wrong).Message : null);
        tasks.Refuse(names => names?.FirstOrDefault(v => Shapes3DTask.Find(v) is null) is { } wrong ? $"--tasks: '{wrong}' is none of {string.Join(", ", Shapes3DTask.All.Select(t => t.Name))}." : null);
        delay.Refuse(v => Delay.TryParse(v ?? "", out _) ? null : $"--delay: '{v}' is not a time such as 2s, 500ms or 1m, at most an hour.");
        share.Refuse(v => v is >= 0 and <= 1 ? null : $"--share: {v} is not between 0 and 1.");
        var command = new Command("simulate", "Label the frames of simulated vehicles from their numbers alone, late, as a person would. Runs until stopped; then labels at once what is waiting.")
        {
            fleet, seed, scenes, vehicles, tasks, delay, share,
        };
        var passed = PassedFlags.AddTo(command, [SettingFlag.Broker]);
        command.SetAction((parsed, _) =>
        {
            var late = Delay.TryParse(parsed.GetValue(delay)!, out var time) ? time : TimeSpan.Zero;
            var options = new LabellerOptions
            {
                Fleet = parsed.GetValue(fleet)!,
                Seed = parsed.GetValue(seed),
                Scenes = parsed.GetValue(scenes),
                Vehicles = parsed.GetValue(vehicles) ?? [],
                Tasks = [.. (parsed.GetValue(tasks) is { Length: > 0 } named ? named : ["object_size", "object_shape"]).Distinct().Select(t => Shapes3DTask.Find(t)!)],
                Delay = late,
                Share = parsed.GetValue(share),
            };
            return FleetProcess.RunAsync(
                passed.ReadFrom(parsed),
                new FleetProcessInfo { Name = "MtlSplit.IoT.Labeller", Description = command.Description!, Examples = [], Flags = [SettingFlag.Broker] },
                builder =>
                {
                    builder.AddBusSettings();
                    builder.Services.AddSingleton(options);
                    builder.Services.AddHostedService<LabellerService>();
                });
        });
        return command.WithExamples(Example);
    }
}
