namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>A frame with the answers that the makers of the bundle got for it.</summary>
public sealed record GoldenFrame
{
    /// <summary>The frame: raw RGB bytes, rows from the top; a file of the bundle.</summary>
    public required string Frame { get; init; }

    /// <summary>Width in pixels; may differ from the backbone's input, so that resampling is checked too.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The expected feature: little-endian float32 in C order; a file of the bundle.</summary>
    public required string Feature { get; init; }

    /// <summary>The expected probabilities, by task.</summary>
    public required SortedDictionary<string, float[]> Probabilities { get; init; }
}
