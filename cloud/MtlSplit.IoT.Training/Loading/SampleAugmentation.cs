namespace MtlSplit.IoT.Training.Loading;

/// <summary>Changes one image in place.</summary>
/// <param name="rgb">The image, three bytes a pixel.</param>
/// <param name="sample">Its position in its set.</param>
public delegate void SampleAugmentation(Span<byte> rgb, int sample);
