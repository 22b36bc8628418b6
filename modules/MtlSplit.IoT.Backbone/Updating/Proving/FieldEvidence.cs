namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>
/// What became of features that a bundle made on this vehicle: answered, or put into quarantine. Whoever reads the predictions collects it and
/// hands it over in portions; a repeated prediction is counted once by whoever reads it. Immutable.
/// </summary>
internal sealed record FieldEvidence
{
    /// <summary>The bundle.</summary>
    public required string Digest { get; init; }

    /// <summary>Features that the cloud put into quarantine.</summary>
    public long Quarantined { get; init; }

    /// <summary>Answers by task.</summary>
    public SortedDictionary<string, TaskEvidence> Tasks { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Nothing yet.</summary>
    public static FieldEvidence None(string digest) => new() { Digest = digest };

    /// <summary>One answer more.</summary>
    /// <param name="task">The task.</param>
    /// <param name="probabilities">One probability per class.</param>
    public FieldEvidence Scored(string task, ReadOnlySpan<float> probabilities)
    {
        var top = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            // A probability that is not a number is taken for the top, so that its mean shows it.
            top = probabilities[i] > probabilities[top] || float.IsNaN(probabilities[i]) ? i : top;
        }

        var classes = new long[probabilities.Length];
        classes[top] = 1;
        return With(new FieldEvidence { Digest = Digest, Tasks = new(StringComparer.Ordinal) { [task] = new TaskEvidence(1, probabilities[top], classes) } });
    }

    /// <summary>Together with more of the same bundle.</summary>
    public FieldEvidence With(FieldEvidence more)
    {
        if (more.Digest != Digest)
        {
            throw new ArgumentException($"Evidence about {more.Digest} says nothing about {Digest}.", nameof(more));
        }

        var tasks = new SortedDictionary<string, TaskEvidence>(Tasks, StringComparer.Ordinal);
        foreach (var (task, evidence) in more.Tasks)
        {
            tasks[task] = tasks.TryGetValue(task, out var there) ? there.With(evidence) : evidence;
        }

        return this with { Quarantined = Quarantined + more.Quarantined, Tasks = tasks };
    }
}
