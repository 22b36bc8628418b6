namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>The answer to a query for samples.</summary>
/// <param name="Samples">The samples, oldest capture first.</param>
/// <param name="Undecodable">Stored features that could not be decoded under their contract, and are left out.</param>
/// <param name="Contradicted">Frames whose labels contradict each other, whichever way the query takes them: they have no label.</param>
public sealed record SampleSet(IReadOnlyList<StoredSample> Samples, int Undecodable, int Contradicted = 0);
