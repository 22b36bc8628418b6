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
}
