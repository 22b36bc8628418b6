namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Moves every value away from mid grey or towards it; what leaves the range is clipped.</summary>
/// <param name="Factor">The distance from mid grey is multiplied by it: 0 is all grey, 1 changes nothing.</param>
public sealed record Contrast(double Factor) : Disturbance
{
    internal const string Kind = "contrast";

    /// <inheritdoc/>
    protected override string Text => Write(Kind, Factor);

    /// <inheritdoc/>
    public override void Apply(Span<byte> rgb, ulong seed) => Map(rgb, value => 127.5 + ((value - 127.5) * Factor));

    /// <summary>A factor between the stated one and 1.</summary>
    /// <param name="seed">Decides which.</param>
    public override Disturbance Varied(ulong seed) => new Contrast(1 + ((Factor - 1) * new SeededRandom(seed).NextShare()));
}
