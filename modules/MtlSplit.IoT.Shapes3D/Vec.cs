namespace MtlSplit.IoT.Shapes3D;

/// <summary>
/// A point or direction. Plain scalar doubles, and only + - * / and square roots, which IEEE 754 rounds correctly: the .NET
/// compilers neither reorder nor fuse them, so an image is the same bytes on every machine.
/// </summary>
internal readonly record struct Vec(double X, double Y, double Z)
{
    public static Vec operator +(Vec a, Vec b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static Vec operator -(Vec a, Vec b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    public static Vec operator *(Vec a, double s) => new(a.X * s, a.Y * s, a.Z * s);

    public double Dot(Vec b) => (X * b.X) + (Y * b.Y) + (Z * b.Z);

    public Vec Cross(Vec b) => new((Y * b.Z) - (Z * b.Y), (Z * b.X) - (X * b.Z), (X * b.Y) - (Y * b.X));

    public Vec Normalised() => this * (1 / Math.Sqrt(Dot(this)));
}
