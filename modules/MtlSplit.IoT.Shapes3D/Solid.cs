namespace MtlSplit.IoT.Shapes3D;

/// <summary>The object on the floor, at the origin, y up. Rays are intersected in closed form.</summary>
internal readonly struct Solid
{
    private readonly int _shape;
    private readonly double _radius;
    private readonly double _height;
    private readonly double _reach;

    public Solid(int shape, double scale)
    {
        _shape = shape;
        (_radius, _height) = shape switch
        {
            0 => (0.74 * scale, 1.48 * scale),
            1 => (0.78 * scale, 1.48 * scale),
            2 => (0.88 * scale, 1.76 * scale),
            _ => (0.54 * scale, 1.90 * scale),
        };
        FootRadius = shape switch { 0 => _radius * 1.13, 2 => _radius * 0.45, 3 => _radius * 0.55, _ => _radius };
        var half = _height / 2;
        _reach = shape switch
        {
            0 => (2 * _radius * _radius) + (half * half),
            1 => (_radius * _radius) + (half * half),
            _ => half * half,
        };
    }

    /// <summary>Radius of the disc in which the object touches the floor, or nearly.</summary>
    public double FootRadius { get; }

    /// <summary>The nearest hit in front of the origin; false where the ray misses. The direction has length 1.</summary>
    public bool Hit(Vec origin, Vec direction, out double distance, out Vec normal)
    {
        distance = 0;
        normal = default;
        var toCentre = new Vec(0, _height / 2, 0) - origin;
        var along = toCentre.Dot(direction);
        if (toCentre.Dot(toCentre) - (along * along) > _reach)
        {
            return false;
        }

        return _shape switch
        {
            0 => HitBox(origin, direction, out distance, out normal),
            1 => HitCylinder(origin, direction, out distance, out normal),
            2 => HitBall(origin, direction, _radius, out distance, out normal),
            _ => HitCapsule(origin, direction, out distance, out normal),
        };
    }

    private static bool HitBall(Vec origin, Vec direction, double centre, double radius, out double distance, out Vec normal)
    {
        var from = origin - new Vec(0, centre, 0);
        var b = from.Dot(direction);
        var discriminant = (b * b) - from.Dot(from) + (radius * radius);
        distance = discriminant < 0 ? -1 : -b - Math.Sqrt(discriminant);
        normal = (from + (direction * distance)) * (1 / radius);
        return distance > 1e-9;
    }

    private bool HitBall(Vec origin, Vec direction, double centre, out double distance, out Vec normal) =>
        HitBall(origin, direction, centre, _radius, out distance, out normal);

    /// <summary>The side of an endless cylinder around the y axis, on the way in.</summary>
    private bool HitSide(Vec origin, Vec direction, out double distance)
    {
        var a = (direction.X * direction.X) + (direction.Z * direction.Z);
        var b = (origin.X * direction.X) + (origin.Z * direction.Z);
        var c = (origin.X * origin.X) + (origin.Z * origin.Z) - (_radius * _radius);
        var discriminant = (b * b) - (a * c);
        distance = discriminant < 0 || a < 1e-12 ? -1 : (-b - Math.Sqrt(discriminant)) / a;
        return distance > 1e-9;
    }

    private bool HitBox(Vec origin, Vec direction, out double distance, out Vec normal)
    {
        double enter = double.NegativeInfinity, leave = double.PositiveInfinity;
        normal = default;
        Slab(origin.X, direction.X, -_radius, _radius, new Vec(1, 0, 0), ref enter, ref leave, ref normal);
        Slab(origin.Y, direction.Y, 0, _height, new Vec(0, 1, 0), ref enter, ref leave, ref normal);
        Slab(origin.Z, direction.Z, -_radius, _radius, new Vec(0, 0, 1), ref enter, ref leave, ref normal);
        distance = enter;
        return enter < leave && enter > 1e-9;
    }

    private static void Slab(double origin, double direction, double low, double high, Vec axis, ref double enter, ref double leave, ref Vec normal)
    {
        // A ray along the slab has an infinite inverse; the comparisons below then do the right thing.
        var inverse = 1 / direction;
        var near = ((direction < 0 ? high : low) - origin) * inverse;
        var far = ((direction < 0 ? low : high) - origin) * inverse;
        if (near > enter)
        {
            enter = near;
            normal = axis * (direction < 0 ? 1 : -1);
        }

        leave = far < leave ? far : leave;
    }

    private bool HitCylinder(Vec origin, Vec direction, out double distance, out Vec normal)
    {
        if (HitSide(origin, direction, out distance))
        {
            var y = origin.Y + (direction.Y * distance);
            if (y >= 0 && y <= _height)
            {
                normal = new Vec((origin.X + (direction.X * distance)) / _radius, 0, (origin.Z + (direction.Z * distance)) / _radius);
                return true;
            }
        }

        normal = new Vec(0, 1, 0);
        distance = direction.Y < 0 ? (_height - origin.Y) / direction.Y : -1;
        var x = origin.X + (direction.X * distance);
        var z = origin.Z + (direction.Z * distance);
        return distance > 1e-9 && (x * x) + (z * z) <= _radius * _radius;
    }

    private bool HitCapsule(Vec origin, Vec direction, out double distance, out Vec normal)
    {
        if (HitSide(origin, direction, out distance))
        {
            var y = origin.Y + (direction.Y * distance);
            if (y >= _radius && y <= _height - _radius)
            {
                normal = new Vec((origin.X + (direction.X * distance)) / _radius, 0, (origin.Z + (direction.Z * distance)) / _radius);
                return true;
            }
        }

        var top = HitBall(origin, direction, _height - _radius, out distance, out normal);
        if (top && origin.Y + (direction.Y * distance) >= _height - _radius)
        {
            return true;
        }

        return HitBall(origin, direction, _radius, out distance, out normal) && origin.Y + (direction.Y * distance) <= _radius;
    }
}
