using Xunit;

namespace MtlSplit.IoT.Shapes3D.Tests;

public sealed class Shapes3DTaskTests
{
    public static TheoryData<string, int, int> Labels => new()
    {
        { "floor_hue", 10, 1 },
        { "wall_hue", 10, 2 },
        { "object_hue", 10, 3 },
        { "object_size", 8, 4 },
        { "object_shape", 4, 2 },
        { "orientation", 15, 11 },
    };

    [Theory]
    [MemberData(nameof(Labels))]
    public void Label_OfATask_IsItsFactor(string name, int classes, int label)
    {
        var scene = new Shapes3DIndex(FloorHue: 1, WallHue: 2, ObjectHue: 3, Scale: 4, Shape: 2, Orientation: 11);
        var task = Shapes3DTask.Find(name)!;

        Assert.Equal(classes, task.Classes.Count);
        Assert.Equal(classes, task.Classes.Distinct().Count());
        Assert.Equal(label, task.LabelOf(scene));
    }

    [Fact]
    public void Labels_OfEveryScene_AreClasses_AndNoTwoScenesShareThemAll()
    {
        Assert.Equal(6, Shapes3DTask.All.Count);
        var seen = new HashSet<string>();
        for (var index = 0; index < Shapes3DIndex.Count; index += 101)
        {
            var labels = Shapes3DTask.All.Select(task => (task, Label: task.LabelOf(Shapes3DIndex.Of(index)))).ToArray();
            Assert.All(labels, pair => Assert.InRange(pair.Label, 0, pair.task.Classes.Count - 1));
            Assert.True(seen.Add(string.Join(' ', labels.Select(pair => pair.Label))));
        }
    }

    [Fact]
    public void Shape_IsNamedAfterWhatIsSeen() => Assert.Equal(["cube", "cylinder", "sphere", "capsule"], Shapes3DTask.ObjectShape.Classes);

    [Fact]
    public void Task_WithAnUnknownName_IsNone() => Assert.Null(Shapes3DTask.Find("colour"));
}
