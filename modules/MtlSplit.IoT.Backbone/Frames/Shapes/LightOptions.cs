using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Backbone.Frames.Shapes;

/// <summary>The light of the scenes; see <see cref="Light"/>. Section <c>Frames:Shapes3D:Light</c>.</summary>
internal sealed class LightOptions
{
    [Range(-1000.0, 1000.0)]
    public double X { get; set; } = Light.Standard.X;

    [Range(-1000.0, 1000.0)]
    public double Y { get; set; } = Light.Standard.Y;

    [Range(-1000.0, 1000.0)]
    public double Z { get; set; } = Light.Standard.Z;

    [Range(0.0, 1.0)]
    public double Red { get; set; } = Light.Standard.Red;

    [Range(0.0, 1.0)]
    public double Green { get; set; } = Light.Standard.Green;

    [Range(0.0, 1.0)]
    public double Blue { get; set; } = Light.Standard.Blue;

    [Range(0.0, 100.0)]
    public double Intensity { get; set; } = Light.Standard.Intensity;

    [Range(0.0, 100.0)]
    public double Ambient { get; set; } = Light.Standard.Ambient;

    public Light ToLight() => new(X, Y, Z, Red, Green, Blue, Intensity, Ambient);
}
