using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Loading;

/// <summary>Turns images and labels into batches of tensors. Not thread-safe: one staging buffer is reused.</summary>
internal sealed class BatchLoader(ImageSet images, IReadOnlyList<int> tasks)
{
    private byte[] _staging = [];

    /// <summary>
    /// The images as float32 [N, 3, H, W] in 0..1, channels last in memory (twice as fast to convolve here as channels first), and
    /// the labels of each task as int64 [N]. They belong to the caller's dispose scope.
    /// </summary>
    /// <param name="samples">Which images.</param>
    /// <param name="augment">Changes an image in place before it is used; gets its position in the set.</param>
    public (Tensor Images, Tensor[] Labels) Load(ReadOnlySpan<int> samples, SampleAugmentation? augment = null)
    {
        var size = images.ImageBytes;
        if (_staging.Length != samples.Length * size)
        {
            _staging = new byte[samples.Length * size];
        }

        for (var i = 0; i < samples.Length; i++)
        {
            var target = _staging.AsSpan(i * size, size);
            images.Image(samples[i]).CopyTo(target);
            augment?.Invoke(target, samples[i]);
        }

        var pixels = tensor(_staging, [samples.Length, images.Height, images.Width, 3]).permute(0, 3, 1, 2).to(float32).div_(255f);
        var labels = new Tensor[tasks.Count];
        for (var t = 0; t < labels.Length; t++)
        {
            var all = images.Labels(tasks[t]);
            var some = new long[samples.Length];
            for (var i = 0; i < some.Length; i++)
            {
                some[i] = all[samples[i]];
            }

            labels[t] = tensor(some);
        }

        return (pixels, labels);
    }
}
