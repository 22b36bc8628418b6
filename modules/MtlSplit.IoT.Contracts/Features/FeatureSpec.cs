using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Features;

/// <summary>The tensor at the cut: float32, flattened in C order (last axis fastest).</summary>
public sealed record FeatureSpec
{
    /// <summary>More elements than this are refused: a feature must stay far under the bus's largest message.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The shape without the batch axis: channels, height, width.</summary>
    public required int[] Shape { get; init; }

    /// <summary>Number of elements.</summary>
    [JsonIgnore]
    public int Length
    {
        get
        {
            var length = 1L;
            foreach (var axis in Shape)
            {
                length = axis is > 0 and <= MaxLength ? Math.Min(length * axis, int.MaxValue) : 0;
            }

            return (int)length;
        }
    }
}
