namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>Counts of true class (row) against predicted class (column). Immutable.</summary>
public sealed class ConfusionMatrix
{
    private const int Replicates = 400;
    private readonly long[] _cells;

    /// <summary>Counts predictions.</summary>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="truth">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each.</param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty, or hold what is no class.</exception>
    public ConfusionMatrix(int classes, ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted)
    {
        if (truth.Length != predicted.Length || truth.IsEmpty)
        {
            throw new ArgumentException($"{truth.Length} true classes and {predicted.Length} predicted ones make no matrix.", nameof(predicted));
        }

        Classes = classes;
        _cells = new long[classes * classes];
        for (var i = 0; i < truth.Length; i++)
        {
            if ((uint)truth[i] >= (uint)classes || (uint)predicted[i] >= (uint)classes)
            {
                throw new ArgumentException($"Sample {i} is of class {truth[i]} and predicted as {predicted[i]}; there are {classes} classes.", nameof(truth));
            }

            _cells[(truth[i] * classes) + predicted[i]]++;
        }
    }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>How many samples there are.</summary>
    public long Count => _cells.Sum();

    /// <summary>Samples of one class predicted as another.</summary>
    /// <param name="truth">The true class.</param>
    /// <param name="predicted">The predicted one.</param>
    public long this[int truth, int predicted] => _cells[(truth * Classes) + predicted];

    /// <summary>Rows of counts.</summary>
    public long[][] Rows() => [.. Enumerable.Range(0, Classes).Select(row => _cells[(row * Classes)..((row + 1) * Classes)])];

    /// <summary>Share of samples on the diagonal, with Wilson's interval.</summary>
    public Interval Accuracy() => Interval.OfShare(Enumerable.Range(0, Classes).Sum(i => this[i, i]), Count);

    /// <summary>
    /// The mean over classes of 2·TP / (2·TP + FP + FN), with a bootstrap percentile interval: samples are drawn anew with
    /// replacement. Without a mistake there is nothing to draw, and the score is in doubt as far as accuracy is. Classes that neither
    /// occur nor are predicted are left out.
    /// </summary>
    /// <param name="seed">Decides the draws.</param>
    public Interval MacroF1(int seed = 1)
    {
        if (Accuracy() is { Value: 1 } faultless)
        {
            return faultless;
        }

        var random = new Random(seed);
        var scores = new double[Replicates];
        var drawn = new long[_cells.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            Draw(random, drawn);
            scores[i] = MacroF1(drawn);
        }

        Array.Sort(scores);
        var value = MacroF1(_cells);
        return new Interval(value, Math.Min(value, scores[Replicates / 40]), Math.Max(value, scores[^(Replicates / 40)]));
    }

    // A multinomial draw of as many samples as there are: cell after cell, binomial given what is left.
    private void Draw(Random random, long[] drawn)
    {
        var (left, mass) = (Count, Count);
        for (var i = 0; i < _cells.Length; i++)
        {
            drawn[i] = _cells[i] == mass ? left : Binomial(random, left, (double)_cells[i] / mass);
            left -= drawn[i];
            mass -= _cells[i];
        }
    }

    private static long Binomial(Random random, long count, double share)
    {
        if (share is <= 0 || count == 0)
        {
            return 0;
        }

        if (share > 0.5)
        {
            return count - Binomial(random, count, 1 - share);
        }

        // Counting the gaps between successes takes as many draws as there are successes.
        var successes = 0L;
        var skip = Math.Log(1 - share);
        for (var at = Gap(); at < count; at += 1 + Gap())
        {
            successes++;
        }

        return successes;

        double Gap() => Math.Floor(Math.Log(1 - random.NextDouble()) / skip);
    }

    private double MacroF1(long[] cells)
    {
        var (sum, present) = (0.0, 0);
        for (var c = 0; c < Classes; c++)
        {
            long row = 0, column = 0;
            for (var other = 0; other < Classes; other++)
            {
                row += cells[(c * Classes) + other];
                column += cells[(other * Classes) + c];
            }

            if (row + column > 0)
            {
                sum += 2.0 * cells[(c * Classes) + c] / (row + column);
                present++;
            }
        }

        return sum / present;
    }
}
