using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>dataset</c>: what can be learned from.</summary>
internal static class DatasetCommand
{
    public static Command Create() => new Command("dataset", "Shows data sets and takes images out of them.")
    {
        DatasetInfoCommand.Create(),
        DatasetSheetCommand.Create(),
        DatasetExportCommand.Create(),
    }.WithExamples(
        "mtlsplit dataset info",
        "mtlsplit dataset sheet --out sheet.png",
        "mtlsplit dataset export --out frames --count 200");
}
