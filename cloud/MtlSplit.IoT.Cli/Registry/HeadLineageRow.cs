namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A head's lineage as <c>registry lineage --json</c> prints it.</summary>
/// <param name="Head">The head's version.</param>
/// <param name="Task">Its task.</param>
/// <param name="Contract">Its contract.</param>
/// <param name="Origins">The head, what it was trained from, and so on.</param>
/// <param name="Children">Versions that were trained from it.</param>
/// <param name="Answered">When it answered or was watched.</param>
/// <param name="Predictions">Its recorded predictions by vehicle; null where the data folder has no samples.</param>
/// <param name="Frames">The frames of its own run, where asked for; null otherwise.</param>
internal sealed record HeadLineageRow(
    string Head,
    string Task,
    string Contract,
    IReadOnlyList<HeadLineageRow.Origin> Origins,
    IReadOnlyList<string> Children,
    IReadOnlyList<HeadLineageRow.Time> Answered,
    IReadOnlyDictionary<string, long>? Predictions,
    IReadOnlyList<FrameRow>? Frames)
{
    /// <summary>One step back.</summary>
    /// <param name="Version">The head.</param>
    /// <param name="Run">The run that it came out of.</param>
    /// <param name="Snapshot">The digest of the frames that it learned from.</param>
    /// <param name="TrainingFrames">How many it learned from.</param>
    /// <param name="HeldOutFrames">How many it was compared on.</param>
    /// <param name="Decision">What the gate decided.</param>
    /// <param name="Bundle">The bundle that it came in.</param>
    internal sealed record Origin(string Version, string? Run, string? Snapshot, int? TrainingFrames, int? HeldOutFrames, string? Decision, string? Bundle);

    /// <summary>When it answered.</summary>
    /// <param name="Fleet">For which fleet.</param>
    /// <param name="As">As what.</param>
    /// <param name="From">From when.</param>
    /// <param name="Until">Until when; null: it still does.</param>
    internal sealed record Time(string Fleet, string As, string From, string? Until);
}
