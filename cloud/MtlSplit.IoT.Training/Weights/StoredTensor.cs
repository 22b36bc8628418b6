namespace MtlSplit.IoT.Training.Weights;

/// <summary>A tensor as a file holds it.</summary>
/// <param name="Element">What its elements are.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Bytes">Its elements, little-endian, last axis fastest.</param>
public sealed record StoredTensor(TensorElement Element, int[] Shape, ReadOnlyMemory<byte> Bytes);
