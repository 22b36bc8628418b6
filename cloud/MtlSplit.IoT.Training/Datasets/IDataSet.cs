using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>
/// Images that can be learned from and measured on. A sample is an image and a label per task; it is known by its position.
/// Implementations are immutable and thread-safe.
/// </summary>
public interface IDataSet
{
    /// <summary>What it is, in a few words.</summary>
    string Description { get; }

    /// <summary>How many samples there are.</summary>
    int Count { get; }

    /// <summary>Height of each image, in pixels.</summary>
    int Height { get; }

    /// <summary>Width of each image, in pixels.</summary>
    int Width { get; }

    /// <summary>What is known about each image.</summary>
    IReadOnlyList<TaskSpec> Tasks { get; }

    /// <summary>Which samples are learned from and which are for testing.</summary>
    DataSplit Split { get; }

    /// <summary>A sample's label.</summary>
    /// <param name="sample">The sample's position.</param>
    /// <param name="task">The task's position in <see cref="Tasks"/>.</param>
    int LabelOf(int sample, int task);

    /// <summary>Brings samples into memory, in the order asked for.</summary>
    /// <param name="samples">Their positions.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <exception cref="DataSetException">The data does not read.</exception>
    ImageSet Read(IReadOnlyList<int> samples, int threads, CancellationToken cancellation);
}
