namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>What a store holds of one fleet and task.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Task">The task.</param>
/// <param name="Labels">Labels.</param>
/// <param name="LabelledFeatures">Features that have a label.</param>
/// <param name="EarlyLabels">Labels whose feature has not come.</param>
/// <param name="Conflicts">Frames that sources name different classes for.</param>
/// <param name="Predictions">Predictions.</param>
/// <param name="Classes">Labels per class name.</param>
public sealed record TaskSummary(
    string Fleet, string Task, long Labels, long LabelledFeatures, long EarlyLabels, long Conflicts, long Predictions, IReadOnlyDictionary<string, long> Classes);
