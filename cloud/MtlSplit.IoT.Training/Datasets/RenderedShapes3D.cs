using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>3D Shapes, rendered here: any image from its index, the same bytes on every machine.</summary>
/// <param name="light">The light that scenes are seen in.</param>
public sealed class RenderedShapes3D(Light light) : IDataSet
{
    private static readonly Lazy<DataSplit> TheSplit = new(() => new DataSplit(Shapes3DIndex.Count, Shapes3DSplit.IsTest));

    /// <inheritdoc/>
    public string Description { get; } = light == Light.Standard ? "3D Shapes, rendered, standard light" : "3D Shapes, rendered, another light";

    /// <inheritdoc/>
    public int Count => Shapes3DIndex.Count;

    /// <inheritdoc/>
    public int Height => SceneRenderer.Size;

    /// <inheritdoc/>
    public int Width => SceneRenderer.Size;

    /// <inheritdoc/>
    public IReadOnlyList<TaskSpec> Tasks => Shapes3DFactors.Tasks;

    /// <inheritdoc/>
    public DataSplit Split => TheSplit.Value;

    /// <inheritdoc/>
    public int LabelOf(int sample, int task) => Shapes3DTask.All[task].LabelOf(Shapes3DIndex.Of(sample));

    /// <inheritdoc/>
    public ImageSet Read(IReadOnlyList<int> samples, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var set = new ImageSet(samples.Count, Height, Width, Tasks);
        Parallel.For(0, samples.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            SceneRenderer.Render(samples[i], light, set.Image(i));
            for (var task = 0; task < Tasks.Count; task++)
            {
                set.Labels(task)[i] = LabelOf(samples[i], task);
            }
        });
        return set;
    }
}
