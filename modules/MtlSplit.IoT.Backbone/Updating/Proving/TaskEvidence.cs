namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>How one task answered the features of a bundle.</summary>
/// <param name="Scored">Features that it answered.</param>
/// <param name="TopProbabilitySum">The sum of the probabilities of the most probable classes.</param>
/// <param name="TopClasses">How often each class was the most probable one.</param>
internal sealed record TaskEvidence(long Scored, double TopProbabilitySum, long[] TopClasses)
{
    /// <summary>The mean probability of the most probable class; not a number where nothing was scored.</summary>
    public double MeanTopProbability => TopProbabilitySum / Scored;

    /// <summary>Together with more.</summary>
    public TaskEvidence With(TaskEvidence more)
    {
        var classes = new long[Math.Max(TopClasses.Length, more.TopClasses.Length)];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = TopClasses.ElementAtOrDefault(i) + more.TopClasses.ElementAtOrDefault(i);
        }

        return new TaskEvidence(Scored + more.Scored, TopProbabilitySum + more.TopProbabilitySum, classes);
    }
}
