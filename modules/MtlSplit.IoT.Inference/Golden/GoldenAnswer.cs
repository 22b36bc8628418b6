namespace MtlSplit.IoT.Inference.Golden;

/// <summary>What a backbone and its heads say to one frame.</summary>
/// <param name="Feature">The feature, float32 in C order.</param>
/// <param name="Probabilities">One probability per class, by task.</param>
public sealed record GoldenAnswer(float[] Feature, SortedDictionary<string, float[]> Probabilities);
