using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>drift</c>: whether the world has moved.</summary>
internal static class DriftCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new Command("drift", "Look for drift, and measure how well it is found.") { DriftCheckCommand.Create(), DriftSimulateCommand.Create() }
        .WithExamples(DriftCheckCommand.Example, DriftSimulateCommand.Example);
}
