namespace MtlSplit.IoT.Shapes3D;

/// <summary>A distant lamp and the light that comes from everywhere. Immutable.</summary>
/// <param name="X">Direction towards the lamp: along the right wall's normal.</param>
/// <param name="Y">Direction towards the lamp: up.</param>
/// <param name="Z">Direction towards the lamp: along the left wall's normal.</param>
/// <param name="Red">The lamp's colour, 0 to 1.</param>
/// <param name="Green">The lamp's colour, 0 to 1.</param>
/// <param name="Blue">The lamp's colour, 0 to 1.</param>
/// <param name="Intensity">How bright the lamp is; 1 lights a surface that faces it fully.</param>
/// <param name="Ambient">The light from everywhere, which is white.</param>
public sealed record Light(double X, double Y, double Z, double Red, double Green, double Blue, double Intensity, double Ambient)
{
    /// <summary>The light that training sees.</summary>
    public static Light Standard { get; } = new(1.1, 1.5, 0.3, 1, 1, 1, 0.62, 0.38);

    /// <summary>
    /// A light that training never saw: lower, from the other side, warmer and harder, so that shading and shadows lie where no training
    /// image has them.
    /// </summary>
    public static Light Unseen { get; } = new(0.65, 0.97, 1.0, 1.0, 0.89, 0.75, 0.58, 0.23);

    /// <summary>A light on the way to another one.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="share">How much of the way: 0 is this light, 1 the other.</param>
    public Light Towards(Light other, double share)
    {
        ArgumentNullException.ThrowIfNull(other);
        // Written so that both ends are exact.
        double Mix(double from, double to) => ((1 - share) * from) + (share * to);
        return new Light(
            Mix(X, other.X), Mix(Y, other.Y), Mix(Z, other.Z), Mix(Red, other.Red), Mix(Green, other.Green), Mix(Blue, other.Blue),
            Mix(Intensity, other.Intensity), Mix(Ambient, other.Ambient));
    }
}
