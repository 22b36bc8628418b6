using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.Drift.Testing;

namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>One check and its evidence.</summary>
/// <param name="Key">What was checked.</param>
/// <param name="At">When, Unix microseconds: the end of the current window.</param>
/// <param name="Verdict">What it came to.</param>
/// <param name="Level">The confirming test's level.</param>
/// <param name="Blocks">How frames were put together; null where there were none.</param>
/// <param name="HeadOutputs">The cheap test; null where there was too little.</param>
/// <param name="Features">The confirming test; null where it was not needed.</param>
/// <param name="Reason">The same in words.</param>
public sealed record DriftCheck(
    DriftKey Key, long At, DriftVerdict Verdict, double Level, BlockLengthChoice? Blocks, HeadOutputResult? HeadOutputs, FeatureKernelResult? Features, string Reason);
