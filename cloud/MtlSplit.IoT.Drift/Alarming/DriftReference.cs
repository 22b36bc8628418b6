using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>The world as it was, prepared for checks.</summary>
/// <param name="Length">How long blocks are, then and now.</param>
/// <param name="Blocks">The blocks.</param>
public sealed record DriftReference(BlockLengthChoice Length, IReadOnlyList<ObservationBlock> Blocks);
