namespace MtlSplit.IoT.Shapes3D;

/// <summary>
/// The six factors of one scene. An index counts the combinations in the original data set's order: floor hue changes
/// slowest, orientation fastest.
/// </summary>
/// <param name="FloorHue">0 to 9.</param>
/// <param name="WallHue">0 to 9.</param>
/// <param name="ObjectHue">0 to 9.</param>
/// <param name="Scale">0 to 7, smallest first.</param>
/// <param name="Shape">0 cube, 1 cylinder, 2 sphere, 3 capsule.</param>
/// <param name="Orientation">0 to 14: the room seen from -30 to 30 degrees.</param>
public readonly record struct Shapes3DIndex(int FloorHue, int WallHue, int ObjectHue, int Scale, int Shape, int Orientation)
{
    /// <summary>All combinations.</summary>
    public const int Count = 480_000;

    /// <summary>The hues of floor, wall and object each.</summary>
    public const int Hues = 10;

    /// <summary>The object's sizes.</summary>
    public const int Scales = 8;

    /// <summary>The object's shapes.</summary>
    public const int Shapes = 4;

    /// <summary>The directions of view.</summary>
    public const int Orientations = 15;

    /// <summary>Scenes of one pair of floor and wall hue.</summary>
    public const int PerHuePair = Hues * Scales * Shapes * Orientations;

    /// <summary>The factors of an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 to 479,999.</exception>
    public static Shapes3DIndex Of(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        (index, var orientation) = Math.DivRem(index, Orientations);
        (index, var shape) = Math.DivRem(index, Shapes);
        (index, var scale) = Math.DivRem(index, Scales);
        (index, var objectHue) = Math.DivRem(index, Hues);
        var (floorHue, wallHue) = Math.DivRem(index, Hues);
        return new Shapes3DIndex(floorHue, wallHue, objectHue, scale, shape, orientation);
    }

    /// <summary>The index of these factors.</summary>
    public int ToIndex() => (((((((((FloorHue * Hues) + WallHue) * Hues) + ObjectHue) * Scales) + Scale) * Shapes) + Shape) * Orientations) + Orientation;
}
