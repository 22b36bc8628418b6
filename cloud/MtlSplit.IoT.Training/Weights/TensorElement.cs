namespace MtlSplit.IoT.Training.Weights;

/// <summary>What a stored tensor's elements are.</summary>
public enum TensorElement
{
    /// <summary>32-bit floating point, little-endian.</summary>
    F32,

    /// <summary>Bytes.</summary>
    U8,
}
