using System.CommandLine;
using Microsoft.Extensions.Hosting;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Processes;

/// <summary>A subcommand that is a process of the fleet: its flags are settings, and it runs until it is asked to stop.</summary>
internal static class HostedCommand
{
    /// <summary>Makes the subcommand.</summary>
    /// <param name="name">Its name below its parent.</param>
    /// <param name="info">Its help and flags.</param>
    /// <param name="compose">Adds its options and hosted services.</param>
    public static Command Create(string name, FleetProcessInfo info, Action<HostApplicationBuilder> compose)
    {
        var command = new Command(name, info.Description);
        var options = info.Flags.Append(SettingFlag.LogLevel)
            .Select(f => new Option<string?>(f.Name) { Description = f.Description, HelpName = f.ValueName ?? f.Name.TrimStart('-').ToUpperInvariant() })
            .Append(new Option<string?>("--settings") { HelpName = "FILE", Description = "A JSON file with settings." })
            .ToList();
        options.ForEach(command.Options.Add);
        command.SetAction((parsed, _) => FleetProcess.RunAsync(
            [.. options.Where(o => parsed.GetResult(o) is not null).SelectMany(o => new[] { o.Name, parsed.GetValue(o) ?? "" })],
            info,
            compose));
        return command.WithExamples([.. info.Examples]);
    }
}
