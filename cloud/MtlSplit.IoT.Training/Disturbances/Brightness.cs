namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Makes an image lighter or darker by the same amount everywhere; what leaves the range is clipped.</summary>
/// <param name="Shift">What is added, as a share of the full range: -1 is black, 1 is white.</param>
public sealed record Brightness(double Shift) : Disturbance
{
    internal const string Kind = "brightness";

    /// <inheritdoc/>
    protected override string Text => Write(Kind, Shift);

    /// <inheritdoc/>
    public override void Apply(Span<byte> rgb, ulong seed) => Map(rgb, value => value + (Shift * 255));

    /// <summary>A shift between the stated one and its opposite.</summary>
    /// <param name="seed">Decides which.</param>
    public override Disturbance Varied(ulong seed) => new Brightness(Shift * ((2 * new SeededRandom(seed).NextShare()) - 1));
}
