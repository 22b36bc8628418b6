namespace MtlSplit.IoT.HeadConsumer.Batching;

/// <summary>
/// How many features share a run. What is there is taken at once, up to the most; waiting for more pays only where features
/// come so fast that company is likely, which the last batch tells.
/// </summary>
/// <param name="MaxBatch">The most.</param>
/// <param name="MaxDelay">The longest wait of the first feature.</param>
internal sealed record BatchPolicy(int MaxBatch, TimeSpan MaxDelay)
{
    /// <summary>How long to wait for more, given what is at hand and what came last time.</summary>
    public TimeSpan WaitFor(int atHand, int lastBatch) =>
        atHand >= MaxBatch || lastBatch < 2 ? TimeSpan.Zero : MaxDelay;
}
