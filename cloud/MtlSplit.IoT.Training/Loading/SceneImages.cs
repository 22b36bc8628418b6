using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Training.Loading;

/// <summary>Renders scenes of 3D Shapes into memory.</summary>
public static class SceneImages
{
    /// <summary>The tasks that can be asked of a scene, as training knows them.</summary>
    public static IReadOnlyList<TaskSpec> Tasks { get; } = [.. Shapes3DTask.All.Select(task => new TaskSpec(task.Name, task.Classes))];

    /// <summary>Renders scenes with the labels of all tasks; the same bytes on every machine.</summary>
    /// <param name="scenes">Which scenes.</param>
    /// <param name="light">The light they are seen in.</param>
    /// <param name="threads">How many threads render.</param>
    /// <param name="cancellation">Stops between scenes.</param>
    public static ImageSet Render(IReadOnlyList<int> scenes, Light light, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        var set = new ImageSet(scenes.Count, SceneRenderer.Size, SceneRenderer.Size, Tasks);
        Parallel.For(0, scenes.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            var scene = Shapes3DIndex.Of(scenes[i]);
            SceneRenderer.Render(scene, light, set.Image(i));
            for (var task = 0; task < Tasks.Count; task++)
            {
                set.Labels(task)[i] = Shapes3DTask.All[task].LabelOf(scene);
            }
        });
        return set;
    }
}
