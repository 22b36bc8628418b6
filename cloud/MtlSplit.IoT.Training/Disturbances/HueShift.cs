namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Turns every hue around the colour circle; brightness and saturation (as in HSV) stay, and so does grey.</summary>
/// <param name="Degrees">How far: 120 makes red green, green blue and blue red.</param>
public sealed record HueShift(double Degrees) : Disturbance
{
    internal const string Kind = "hue";

    /// <inheritdoc/>
    protected override string Text => Write(Kind, Degrees);

    /// <inheritdoc/>
    public override void Apply(Span<byte> rgb, ulong seed)
    {
        // A sixth of the circle is one unit.
        var turn = (((Degrees / 60) % 6) + 6) % 6;
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            int red = rgb[i], green = rgb[i + 1], blue = rgb[i + 2];
            var most = Math.Max(red, Math.Max(green, blue));
            var least = Math.Min(red, Math.Min(green, blue));
            if (most == least)
            {
                continue;
            }

            double range = most - least;
            var hue = most == red ? (green - blue) / range : most == green ? 2 + ((blue - red) / range) : 4 + ((red - green) / range);
            hue = (hue + turn + 6) % 6;
            rgb[i] = Channel(hue, 0);
            rgb[i + 1] = Channel(hue, 4);
            rgb[i + 2] = Channel(hue, 2);

            byte Channel(double angle, double offset)
            {
                // Full for a third of the circle around the channel's own hue, none for the opposite third, a ramp between.
                var at = (angle + offset) % 6;
                var share = Math.Clamp(Math.Abs(at - 3) - 1, 0, 1);
                return ToByte(least + (share * range));
            }
        }
    }

    /// <summary>A turn between the stated one and its opposite.</summary>
    /// <param name="seed">Decides which.</param>
    public override Disturbance Varied(ulong seed) => new HueShift(Degrees * ((2 * new SeededRandom(seed).NextShare()) - 1));
}
