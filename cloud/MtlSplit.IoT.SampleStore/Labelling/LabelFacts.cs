namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>What the store knows that bears on one label.</summary>
/// <param name="VehicleOfFrame">The vehicle whose frame it is; null where the frame is unknown.</param>
/// <param name="IsStored">Whether this very label is there.</param>
/// <param name="LastSaid">The class that the source named last for this frame and task; null where it named none.</param>
internal readonly record struct LabelFacts(string? VehicleOfFrame, bool IsStored, string? LastSaid);
