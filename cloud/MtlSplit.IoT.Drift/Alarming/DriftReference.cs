using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.Drift.Testing;

namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>The world as it was, prepared for checks.</summary>
/// <param name="Length">How long blocks are, then and now.</param>
/// <param name="Blocks">The blocks.</param>
/// <param name="Outputs">One frame of each, for the cheap test; null where there is none.</param>
public sealed record DriftReference(BlockLengthChoice Length, IReadOnlyList<ObservationBlock> Blocks, HeadOutputSample? Outputs);
