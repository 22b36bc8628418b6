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
        var flags = PassedFlags.AddTo(command, info.Flags);
        command.SetAction((parsed, _) => FleetProcess.RunAsync(flags.ReadFrom(parsed), info, compose));
        return command.WithExamples([.. info.Examples]);
    }
}
