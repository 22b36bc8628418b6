using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Features;

/// <summary>
/// An affine quantiser to 8 bits: code q stands for <c>Low + q · Step</c>. Values outside [Low, High] saturate.
/// </summary>
/// <param name="Low">The value of code 0.</param>
/// <param name="High">The value of code 255.</param>
public sealed record Quantiser(double Low, double High)
{
    /// <summary>The distance between neighbouring codes. Inside the range a value moves by at most half of it.</summary>
    [JsonIgnore]
    public double Step => (High - Low) / 255;
}
