namespace MtlSplit.IoT.Shapes3D;

/// <summary>A question about a scene with a fixed set of answers. Immutable.</summary>
public sealed class Shapes3DTask
{
    private readonly Func<Shapes3DIndex, int> _labelOf;

    private Shapes3DTask(string name, string[] classes, Func<Shapes3DIndex, int> labelOf)
    {
        Name = name;
        Classes = classes;
        _labelOf = labelOf;
    }

    /// <summary>How large the object is: 8 classes, smallest first.</summary>
    public static Shapes3DTask ObjectSize { get; } = new("object_size", Numbered(Shapes3DIndex.Scales), s => s.Scale);

    /// <summary>What the object is: 4 classes.</summary>
    public static Shapes3DTask ObjectShape { get; } = new("object_shape", ["cube", "cylinder", "sphere", "capsule"], s => s.Shape);

    /// <summary>All six tasks.</summary>
    public static IReadOnlyList<Shapes3DTask> All { get; } =
    [
        ObjectSize,
        ObjectShape,
        new("floor_hue", Numbered(Shapes3DIndex.Hues), s => s.FloorHue),
        new("wall_hue", Numbered(Shapes3DIndex.Hues), s => s.WallHue),
        new("object_hue", Numbered(Shapes3DIndex.Hues), s => s.ObjectHue),
        new("orientation", Numbered(Shapes3DIndex.Orientations), s => s.Orientation),
    ];

    /// <summary>The task's name, as in topics.</summary>
    public string Name { get; }

    /// <summary>The classes' names, in the order of their labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The task with a name, or null.</summary>
    public static Shapes3DTask? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>The right answer for a scene: an index into <see cref="Classes"/>.</summary>
    public int LabelOf(Shapes3DIndex scene) => _labelOf(scene);

    private static string[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
