using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>
/// Which samples are for testing, and seeded draws from either part. Training, validation and test never share a sample: validation
/// comes after training in one shuffled order of all that are not for testing. Immutable.
/// </summary>
public sealed class DataSplit
{
    private readonly int[] _learning;
    private readonly int[] _test;

    /// <summary>Splits samples.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="isTest">Whether the sample at a position is for testing.</param>
    public DataSplit(int count, Func<int, bool> isTest)
    {
        ArgumentNullException.ThrowIfNull(isTest);
        var parts = Enumerable.Range(0, count).ToLookup(isTest);
        (_learning, _test) = ([.. parts[false]], [.. parts[true]]);
    }

    /// <summary>How many samples may be learned from, validation included.</summary>
    public int LearningCount => _learning.Length;

    /// <summary>How many samples are for testing.</summary>
    public int TestCount => _test.Length;

    /// <summary>Draws samples to learn from.</summary>
    /// <param name="seed">Decides which.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">There are not so many.</exception>
    public int[] Training(ulong seed, int count) => Draw(seed, _learning, 0, count, "to train on");

    /// <summary>Draws samples to choose the best epoch with.</summary>
    /// <param name="seed">Decides which.</param>
    /// <param name="training">How many samples are learned from.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">There are not so many.</exception>
    public int[] Validation(ulong seed, int training, int count) => Draw(seed, _learning, training, count, "to validate on beside those to train on");

    /// <summary>Draws samples to measure on.</summary>
    /// <param name="seed">Decides which; as many as there are gives all of them.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">There are not so many.</exception>
    public int[] Test(ulong seed, int count) => Draw(seed, _test, 0, count, "to test on");

    private static int[] Draw(ulong seed, int[] all, int from, int count, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (count > all.Length - from)
        {
            throw new ArgumentException($"{count:N0} images {purpose} are asked for; there are {Math.Max(0, all.Length - from):N0}.", nameof(count));
        }

        return [.. SeededOrder.Of(seed, -1, all.Length).AsSpan(from, count).ToArray().Select(i => all[i])];
    }
}
