namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A frame's lineage as <c>registry lineage --json</c> prints it.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Uses">The runs that it went into.</param>
/// <param name="Predictions">What heads said about it; null where the data folder has no samples.</param>
internal sealed record FrameLineageRow(string Frame, IReadOnlyList<FrameLineageRow.Use> Uses, IReadOnlyList<FrameLineageRow.Prediction>? Predictions)
{
    /// <summary>A run that the frame went into.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Task">Its task.</param>
    /// <param name="Part">Whether the frame was learned from or compared on.</param>
    /// <param name="Label">Its label there.</param>
    /// <param name="Snapshot">The digest of the snapshot.</param>
    /// <param name="Decision">What the gate decided.</param>
    /// <param name="Head">The head that came out; null: none.</param>
    internal sealed record Use(string Run, string Task, string Part, string Label, string Snapshot, string Decision, string? Head);

    /// <summary>A head's answer.</summary>
    /// <param name="Task">The task.</param>
    /// <param name="Head">The head's version.</param>
    /// <param name="Vehicle">The vehicle.</param>
    /// <param name="Class">The most probable class, by number.</param>
    internal sealed record Prediction(string Task, string Head, string Vehicle, long Class);
}
