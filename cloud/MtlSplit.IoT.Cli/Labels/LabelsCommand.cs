using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary><c>mtlsplit labels</c>: where labels come from, and whether they agree.</summary>
internal static class LabelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new Command("labels", "Bring labels into a store or onto the bus, find those that contradict each other, and say what to label next.")
    {
        ImportCommand.Create(),
        ConflictsCommand.Create(),
        QueueCommand.Create(),
        SimulateCommand.Create(),
    }.WithExamples(ImportCommand.Example, ConflictsCommand.Example, QueueCommand.Example, SimulateCommand.Example);

    /// <summary>The flag for the order of sources.</summary>
    public static Option<string[]> SourcesOption() => new("--sources") { HelpName = "NAME", Description = "Sources that go before all others, the best first.", AllowMultipleArgumentsPerToken = true };
}
