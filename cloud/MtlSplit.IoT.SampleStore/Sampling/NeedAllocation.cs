namespace MtlSplit.IoT.SampleStore.Sampling;

/// <summary>Shares out how many frames may be kept among those that could be.</summary>
internal static class NeedAllocation
{
    /// <summary>No frame is kept with less than this, so that none stands for more than so many others: one hundred.</summary>
    public const double MinProbability = 0.01;

    /// <summary>
    /// Probabilities in proportion to scores, at most 1, whose sum is the budget (or more, where <see cref="MinProbability"/> asks for it).
    /// </summary>
    /// <param name="scores">Above zero.</param>
    /// <param name="budget">Frames to keep on average.</param>
    public static double[] Probabilities(ReadOnlySpan<double> scores, double budget)
    {
        var result = new double[scores.Length];
        if (scores.Length <= budget)
        {
            Array.Fill(result, 1);
            return result;
        }

        // Whoever would get more than 1 gets 1, and the rest share what is left; that may lift others above 1 in turn.
        var (certain, left) = (0, 0.0);
        foreach (var score in scores)
        {
            left += score;
        }

        var factor = budget / left;
        for (var settled = false; !settled;)
        {
            settled = true;
            for (var i = 0; i < scores.Length; i++)
            {
                if (result[i] == 0 && scores[i] * factor >= 1)
                {
                    result[i] = 1;
                    certain++;
                    left -= scores[i];
                    settled = false;
                }
            }

            factor = left > 0 ? Math.Max(0, budget - certain) / left : 0;
        }

        for (var i = 0; i < scores.Length; i++)
        {
            result[i] = result[i] == 1 ? 1 : Math.Clamp(scores[i] * factor, MinProbability, 1);
        }

        return result;
    }
}
