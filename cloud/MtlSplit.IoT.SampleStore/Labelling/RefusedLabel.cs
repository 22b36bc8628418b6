namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>A row that was refused.</summary>
/// <param name="Place">Where it stands in its file.</param>
/// <param name="Reason">Why, as a word that never changes.</param>
/// <param name="Detail">What exactly is wrong.</param>
public sealed record RefusedLabel(string Place, string Reason, string Detail);
