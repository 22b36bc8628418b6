using System.CommandLine;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>retrain</c>: make what is in use better from what was recorded.</summary>
internal static class RetrainCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("retrain", "Retrain from recorded samples.") { RetrainHeadsCommand.Create() };
}
