namespace MtlSplit.IoT.SampleStore.Sampling;

/// <summary>Why a frame's feature is kept.</summary>
public enum StreamKind
{
    /// <summary>By chance alone. Kept apart for drift and gates: nothing learns from it.</summary>
    Uniform,

    /// <summary>Because it is worth learning from.</summary>
    Need,
}
