namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>What one row of a label file says, as it is written there; null where it says nothing.</summary>
internal readonly record struct LabelFields(string? Frame, string? Vehicle, string? Task, string? Class, string? LabelledAt);
