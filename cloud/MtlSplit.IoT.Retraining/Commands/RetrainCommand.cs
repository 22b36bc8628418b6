using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>retrain</c>: make what is in use better from what was recorded.</summary>
internal static class RetrainCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new Command("retrain", "Retrain from recorded samples.") { RetrainHeadsCommand.Create() }
        .WithExamples(RetrainHeadsCommand.Example);
}
