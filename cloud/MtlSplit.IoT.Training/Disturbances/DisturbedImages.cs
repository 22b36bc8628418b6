using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>Disturbed copies of images, to test with.</summary>
public static class DisturbedImages
{
    /// <summary>Copies a set and disturbs every image of the copy at the stated strength.</summary>
    /// <param name="images">The images; they stay as they are.</param>
    /// <param name="disturbance">What is done to each.</param>
    /// <param name="seed">Decides whatever is left to chance; every image gets chance of its own.</param>
    /// <param name="threads">How many threads work; the outcome does not depend on it.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static ImageSet Of(ImageSet images, Disturbance disturbance, ulong seed, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(disturbance);
        var copy = new ImageSet(images.Count, images.Height, images.Width, images.Tasks);
        for (var task = 0; task < images.Tasks.Count; task++)
        {
            images.Labels(task).CopyTo(copy.Labels(task));
        }

        Parallel.For(0, images.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            images.Image(i).CopyTo(copy.Image(i));
            disturbance.Apply(copy.Image(i), SeededOrder.ForSample(seed, 0, i));
        });
        return copy;
    }
}
