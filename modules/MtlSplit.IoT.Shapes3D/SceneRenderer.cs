namespace MtlSplit.IoT.Shapes3D;

/// <summary>
/// Renders the scenes of the 3D Shapes data set: a lit room in perspective, a floor and two walls that meet in a corner, one
/// object with shading, a cast shadow and a contact shadow. An image depends on index and light alone and is the same bytes
/// on every machine. Thread-safe.
/// </summary>
public static class SceneRenderer
{
    /// <summary>Width and height of an image in pixels.</summary>
    public const int Size = 64;

    /// <summary>Bytes of an image: RGB, rows from the top.</summary>
    public const int ImageLength = Size * Size * 3;

    private const double WallDistance = 2.9;

    // Sine and cosine of -30 to 30 degrees in 15 even steps, as a camera turns around the object; the mathematical library's
    // own functions differ in the last bit from platform to platform.
    private static readonly (double Sine, double Cosine)[] Turns = [.. Enumerable.Range(0, Shapes3DIndex.Orientations).Select(i => SineAndCosine((i - 7) * (Math.PI / 42)))];

    /// <summary>Renders one scene.</summary>
    /// <param name="index">The scene, 0 to 479,999.</param>
    /// <param name="light">The light.</param>
    /// <param name="rgb">At least <see cref="ImageLength"/> bytes: red, green, blue per pixel, rows from the top.</param>
    public static void Render(int index, Light light, Span<byte> rgb) => Render(Shapes3DIndex.Of(index), light, rgb);

    /// <summary>Renders one scene.</summary>
    public static void Render(Shapes3DIndex scene, Light light, Span<byte> rgb)
    {
        ArgumentNullException.ThrowIfNull(light);
        if (rgb.Length < ImageLength)
        {
            throw new ArgumentException($"An image takes {ImageLength} bytes, there are {rgb.Length}.", nameof(rgb));
        }

        var view = new View(scene, light);
        Span<byte> surfaces = stackalloc byte[Size * Size];
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var colour = view.Trace(x + 0.5, y + 0.5, out surfaces[(y * Size) + x]);
                Put(rgb, x, y, colour);
            }
        }

        // Edges between surfaces are sampled four times as densely; the rest of the image has nothing to smooth.
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var at = (y * Size) + x;
                var here = surfaces[at];
                if ((x > 0 && surfaces[at - 1] != here) || (x < Size - 1 && surfaces[at + 1] != here)
                    || (y > 0 && surfaces[at - Size] != here) || (y < Size - 1 && surfaces[at + Size] != here))
                {
                    var sum = view.Trace(x + 0.25, y + 0.25, out _) + view.Trace(x + 0.75, y + 0.25, out _)
                        + view.Trace(x + 0.25, y + 0.75, out _) + view.Trace(x + 0.75, y + 0.75, out _);
                    Put(rgb, x, y, sum * 0.25);
                }
            }
        }
    }

    private static void Put(Span<byte> rgb, int x, int y, Vec colour)
    {
        var at = ((y * Size) + x) * 3;
        rgb[at] = ToByte(colour.X);
        rgb[at + 1] = ToByte(colour.Y);
        rgb[at + 2] = ToByte(colour.Z);
    }

    private static byte ToByte(double value) => value <= 0 ? (byte)0 : value >= 1 ? (byte)255 : (byte)((value * 255) + 0.5);

    /// <summary>Taylor polynomials: exact to the last bits for angles under 45 degrees, and the same everywhere.</summary>
    private static (double Sine, double Cosine) SineAndCosine(double angle)
    {
        var square = angle * angle;
        double sine = 0, cosine = 0;
        for (var n = 20; n >= 0; n--)
        {
            sine = 1 - (sine * square / ((2 * n + 2) * (2 * n + 3)));
            cosine = 1 - (cosine * square / ((2 * n + 1) * (2 * n + 2)));
        }

        return (sine * angle, cosine);
    }

    /// <summary>One scene, ready to be looked at.</summary>
    private readonly struct View
    {
        private readonly Solid _solid;
        private readonly Vec _eye;
        private readonly Vec _forward;
        private readonly Vec _right;
        private readonly Vec _up;
        private readonly Vec _toLamp;
        private readonly Vec _lamp;
        private readonly double _ambient;
        private readonly Vec _floor;
        private readonly Vec _wall;
        private readonly Vec _object;

        public View(Shapes3DIndex scene, Light light)
        {
            _solid = new Solid(scene.Shape, 0.75 + (0.5 * scene.Scale / (Shapes3DIndex.Scales - 1)));
            var (sine, cosine) = Turns[scene.Orientation];
            // The camera stands on the room's diagonal and turns around the object.
            var diagonal = Math.Sqrt(0.5);
            var target = new Vec(0, 0.95, 0);
            _eye = new Vec(((diagonal * cosine) - (diagonal * sine)) * 6.2, 3.1, ((diagonal * cosine) + (diagonal * sine)) * 6.2);
            _forward = (target - _eye).Normalised();
            _right = _forward.Cross(new Vec(0, 1, 0)).Normalised();
            _up = _right.Cross(_forward);
            _toLamp = new Vec(light.X, light.Y, light.Z).Normalised();
            _lamp = new Vec(light.Red, light.Green, light.Blue) * light.Intensity;
            _ambient = light.Ambient;
            _floor = Hue(scene.FloorHue);
            _wall = Hue(scene.WallHue);
            _object = Hue(scene.ObjectHue);
        }

        /// <summary>The colour that one ray sees, and which surface it is: 1 floor, 2 and 3 walls, 4 object, +8 in shadow.</summary>
        public Vec Trace(double px, double py, out byte surface)
        {
            const double spread = 0.36;
            var direction = (_forward + (_right * (((px / (Size / 2.0)) - 1) * spread)) + (_up * ((1 - (py / (Size / 2.0))) * spread))).Normalised();
            if (_solid.Hit(_eye, direction, out var distance, out var normal))
            {
                surface = 4;
                return Shade(_object, normal, 1, inShadow: false);
            }

            // Floor y = 0, walls x = -d and z = -d; whichever the ray meets first.
            var toFloor = direction.Y < 0 ? -_eye.Y / direction.Y : double.PositiveInfinity;
            var toRight = direction.X < 0 ? (-WallDistance - _eye.X) / direction.X : double.PositiveInfinity;
            var toLeft = direction.Z < 0 ? (-WallDistance - _eye.Z) / direction.Z : double.PositiveInfinity;
            distance = Math.Min(toFloor, Math.Min(toRight, toLeft));
            var point = _eye + (direction * distance);
            var inShadow = _solid.Hit(point, _toLamp, out _, out _);
            surface = (byte)((distance == toFloor ? 1 : distance == toRight ? 2 : 3) + (inShadow ? 8 : 0));
            return distance == toFloor
                ? Shade(_floor, new Vec(0, 1, 0), Openness(point), inShadow)
                : Shade(_wall, distance == toRight ? new Vec(1, 0, 0) : new Vec(0, 0, 1), 1, inShadow);
        }

        /// <summary>How much of the surrounding light reaches the floor: less close to the object's foot.</summary>
        private double Openness(Vec point)
        {
            var beside = Math.Sqrt((point.X * point.X) + (point.Z * point.Z)) - _solid.FootRadius;
            return beside <= 0 ? 0.35 : beside >= 0.6 ? 1 : 0.35 + (0.65 * beside / 0.6);
        }

        private Vec Shade(Vec surface, Vec normal, double openness, bool inShadow)
        {
            var facing = inShadow ? 0 : Math.Max(0, normal.Dot(_toLamp));
            var around = _ambient * openness * (0.85 + (0.15 * normal.Y));
            return new Vec(
                surface.X * ((_lamp.X * facing) + around),
                surface.Y * ((_lamp.Y * facing) + around),
                surface.Z * ((_lamp.Z * facing) + around));
        }

        /// <summary>Ten hues around the colour circle, a little softer than full saturation.</summary>
        private static Vec Hue(int hue)
        {
            const double grey = 0.14;
            var h = hue * 0.6;
            var sector = (int)h;
            var rising = h - sector;
            var (r, g, b) = sector switch
            {
                0 => (1.0, rising, 0.0),
                1 => (1 - rising, 1.0, 0.0),
                2 => (0.0, 1.0, rising),
                3 => (0.0, 1 - rising, 1.0),
                4 => (rising, 0.0, 1.0),
                _ => (1.0, 0.0, 1 - rising),
            };
            return new Vec(grey + ((1 - grey) * r), grey + ((1 - grey) * g), grey + ((1 - grey) * b));
        }
    }
}
