namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Adds independent normal noise to every channel of every pixel; what leaves the range is clipped.</summary>
/// <param name="Deviation">Standard deviation as a share of the full range: 0.1 is 25.5 levels.</param>
public sealed record GaussianNoise(double Deviation) : Disturbance
{
    internal const string Kind = "gaussian";

    /// <inheritdoc/>
    protected override string Text => Write(Kind, Deviation);

    /// <inheritdoc/>
    public override void Apply(Span<byte> rgb, ulong seed)
    {
        var random = new SeededRandom(seed);
        var scale = Deviation * 255;
        for (var i = 0; i < rgb.Length; i += 2)
        {
            var (first, second) = random.NextNormals();
            rgb[i] = ToByte(rgb[i] + (first * scale));
            if (i + 1 < rgb.Length)
            {
                rgb[i + 1] = ToByte(rgb[i + 1] + (second * scale));
            }
        }
    }
}
