namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>A frame that sources name different classes for.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="Frame">The frame, 32 hex digits.</param>
/// <param name="Task">The task.</param>
/// <param name="Used">The class that counts, by the order of sources that was asked with; null: none, until they agree.</param>
/// <param name="Said">What each source says last, by name of the source.</param>
public sealed record LabelConflict(string Fleet, string Vehicle, string Frame, string Task, string? Used, IReadOnlyList<SaidLabel> Said);
