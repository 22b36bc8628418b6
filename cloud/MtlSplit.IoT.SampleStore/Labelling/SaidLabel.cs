namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>What one source says last about a frame.</summary>
/// <param name="Source">The source.</param>
/// <param name="Class">The class.</param>
/// <param name="LabelledAt">When it was labelled.</param>
/// <param name="ReceivedAt">When the store got it.</param>
public sealed record SaidLabel(string Source, string Class, DateTimeOffset LabelledAt, DateTimeOffset ReceivedAt);
