using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary><c>mtlsplit labels</c>: where labels come from.</summary>
internal static class LabelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new Command("labels", "Bring labels onto the bus.") { SimulateCommand.Create() }.WithExamples(SimulateCommand.Example);
}
