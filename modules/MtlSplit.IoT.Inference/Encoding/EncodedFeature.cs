namespace MtlSplit.IoT.Inference.Encoding;

/// <summary>What became of one feature.</summary>
/// <param name="Length">Bytes written; 0 when the feature was refused.</param>
/// <param name="Saturated">How many values lay outside the encoding's range and were moved to its edge.</param>
/// <param name="NotFinite">How many values were not numbers or infinite; one is enough to refuse the feature.</param>
public readonly record struct EncodedFeature(int Length, int Saturated, int NotFinite)
{
    /// <summary>Nothing was written: a feature that is not all numbers means nothing and may not be sent.</summary>
    public bool Refused => NotFinite > 0;
}
