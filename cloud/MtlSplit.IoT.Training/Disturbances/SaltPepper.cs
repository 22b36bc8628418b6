namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Makes a share of an image's pixels wholly black or wholly white, either as likely.</summary>
/// <param name="Share">Share of the pixels, 0 to 1: of N pixels exactly Share times N are hit, rounded.</param>
public sealed record SaltPepper(double Share) : Disturbance
{
    internal const string Kind = "salt-pepper";

    /// <inheritdoc/>
    protected override string Text => Write(Kind, Share);

    /// <inheritdoc/>
    public override void Apply(Span<byte> rgb, ulong seed)
    {
        var random = new SeededRandom(seed);
        var pixels = rgb.Length / 3;
        var hits = (int)Math.Round(Share * pixels, MidpointRounding.AwayFromZero);
        // Selection sampling: a pixel is hit with the chance that is left to hit, so that the count is exact.
        for (var pixel = 0; hits > 0; pixel++)
        {
            if (random.NextShare() * (pixels - pixel) < hits)
            {
                rgb.Slice(pixel * 3, 3).Fill((random.Next() & 1) == 0 ? byte.MinValue : byte.MaxValue);
                hits--;
            }
        }
    }
}
