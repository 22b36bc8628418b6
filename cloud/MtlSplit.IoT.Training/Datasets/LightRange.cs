using System.Globalization;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Disturbances;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>
/// 3D Shapes, rendered, every scene in a light of its own between the standard one and a share of the way to the one of the demo, more often far
/// along than near: where training starts from networks that know the standard one, that is where there is something to learn. The seed and the
/// scene decide it, so an image is the same whenever it is read.
/// </summary>
/// <param name="most">How much of the way at most, 0 to 1.</param>
/// <param name="seed">Decides the lights.</param>
public sealed class LightRange(double most, ulong seed) : IDataSet
{
    private readonly RenderedShapes3D _scenes = new(Light.Standard);

    /// <inheritdoc/>
    public string Description { get; } = string.Create(CultureInfo.InvariantCulture, $"3D Shapes, rendered, lights from the standard one to light:{most:R}");

    /// <inheritdoc/>
    public int Count => _scenes.Count;

    /// <inheritdoc/>
    public int Height => _scenes.Height;

    /// <inheritdoc/>
    public int Width => _scenes.Width;

    /// <inheritdoc/>
    public IReadOnlyList<TaskSpec> Tasks => _scenes.Tasks;

    /// <inheritdoc/>
    public DataSplit Split => _scenes.Split;

    /// <inheritdoc/>
    public int LabelOf(int sample, int task) => _scenes.LabelOf(sample, task);

    /// <inheritdoc/>
    public ImageSet Read(IReadOnlyList<int> samples, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var set = new ImageSet(samples.Count, Height, Width, Tasks);
        Parallel.For(0, samples.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            SceneRenderer.Render(samples[i], LightOf(samples[i]), set.Image(i));
            for (var task = 0; task < Tasks.Count; task++)
            {
                set.Labels(task)[i] = LabelOf(samples[i], task);
            }
        });
        return set;
    }

    // The root of an even draw: twice as dense at the far end as in the middle.
    private Light LightOf(int sample) => Light.Standard.Towards(Light.Unseen, most * Math.Sqrt(new SeededRandom(SeededOrder.ForSample(seed, -1, sample)).NextShare()));
}
