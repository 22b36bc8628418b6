using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MtlSplit.IoT.Training.Loading;

/// <summary>
/// Images of one size and their labels, all in memory: what a training run reads again and again. Images are RGB, 8 bits, rows
/// first, three bytes a pixel.
/// </summary>
/// <remarks>Different images may be filled from different threads; once filled it is only read.</remarks>
public sealed class ImageSet
{
    private const int BlockImages = 1024;
    private readonly byte[][] _blocks;
    private readonly int[][] _labels;

    /// <summary>Makes room for a number of images.</summary>
    /// <param name="count">How many images.</param>
    /// <param name="height">Height of each, in pixels.</param>
    /// <param name="width">Width of each, in pixels.</param>
    /// <param name="tasks">What is known about each.</param>
    public ImageSet(int count, int height, int width, IReadOnlyList<TaskSpec> tasks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentNullException.ThrowIfNull(tasks);
        (Count, Height, Width, Tasks) = (count, height, width, tasks);
        _blocks = new byte[(count + BlockImages - 1) / BlockImages][];
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new byte[Math.Min(BlockImages, count - (i * BlockImages)) * ImageBytes];
        }

        _labels = [.. tasks.Select(_ => new int[count])];
    }

    /// <summary>How many images there are.</summary>
    public int Count { get; }

    /// <summary>Height of each image, in pixels.</summary>
    public int Height { get; }

    /// <summary>Width of each image, in pixels.</summary>
    public int Width { get; }

    /// <summary>What is known about each image.</summary>
    public IReadOnlyList<TaskSpec> Tasks { get; }

    /// <summary>Bytes of one image.</summary>
    public int ImageBytes => Height * Width * 3;

    /// <summary>The bytes of one image.</summary>
    /// <param name="index">Its position, from 0.</param>
    public Span<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _blocks[index / BlockImages].AsSpan(index % BlockImages * ImageBytes, ImageBytes);
    }

    /// <summary>The labels of one task, one an image.</summary>
    /// <param name="task">The task's position in <see cref="Tasks"/>.</param>
    public Span<int> Labels(int task) => _labels[task];

    /// <summary>The position of a task.</summary>
    /// <param name="task">The task's name.</param>
    /// <exception cref="ArgumentException">There is no such task; the message lists those that there are.</exception>
    public int TaskIndex(string task)
    {
        for (var i = 0; i < Tasks.Count; i++)
        {
            if (Tasks[i].Name == task)
            {
                return i;
            }
        }

        throw new ArgumentException($"There is no task '{task}'; there are {string.Join(", ", Tasks.Select(t => t.Name))}.", nameof(task));
    }

    /// <summary>SHA-256 over sizes, images and labels, in hex: equal sets have equal digests.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        foreach (var size in new[] { Count, Height, Width })
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, size);
            hash.AppendData(number);
        }

        foreach (var block in _blocks)
        {
            hash.AppendData(block);
        }

        foreach (var label in _labels.SelectMany(labels => labels))
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, label);
            hash.AppendData(number);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
