namespace MtlSplit.IoT.Drift.Testing;

/// <summary>What the confirming test may use. Time grows with the square of frames once and the square of blocks for every permutation.</summary>
public sealed record KernelLimits
{
    /// <summary>Blocks of each window; more are drawn from.</summary>
    public int Blocks { get; init; } = 200;

    /// <summary>Frames of each block; more are drawn from.</summary>
    public int FramesPerBlock { get; init; } = 2;

    /// <summary>Permutations at most; the smallest p-value that can come out is one by one more than these.</summary>
    public int Permutations { get; init; } = 200_000;

    /// <summary>Frames that are named as examples.</summary>
    public int Examples { get; init; } = 5;
}
