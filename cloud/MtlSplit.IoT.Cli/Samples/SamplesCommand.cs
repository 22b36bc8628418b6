using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary><c>mtlsplit samples</c>: record a fleet's samples, count them, ask them, hand them on.</summary>
internal static class SamplesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new Command("samples", "Record features, predictions and labels of a fleet, query and export them.")
    {
        RecordCommand.Create(),
        StatsCommand.Create(),
        QueryCommand.Create(),
        ExportCommand.Create(),
        CompactCommand.Create(),
    }.WithExamples("mtlsplit samples record --fleet demo --data data", "mtlsplit samples stats --data data");

    /// <summary>The flag that says where the store lies.</summary>
    public static Option<string> DataOption() => new("--data") { HelpName = "DIR", Description = "The data folder; the store is samples/ in it.", Required = true };
}
