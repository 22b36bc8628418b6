using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A run as listed.</summary>
/// <param name="Id">The digest of its document.</param>
/// <param name="Task">Its task.</param>
/// <param name="Contract">Its contract.</param>
/// <param name="Fleet">The fleet that it was for.</param>
/// <param name="At">When it ended.</param>
/// <param name="Decision">What the gate decided.</param>
/// <param name="Head">The head that came out; null: none.</param>
/// <param name="Reason">The gate's reason.</param>
internal sealed record RunRow(string Id, string Task, string Contract, string Fleet, string At, string Decision, string? Head, string Reason)
{
    public static RunRow Of(RegisteredRun run) => new(
        run.Id, run.Manifest.Task, run.Manifest.Contract, run.Manifest.Fleet, Moment.Of(run.Manifest.At), run.Manifest.Decision, run.Manifest.Challenger, run.Manifest.Reason);
}
