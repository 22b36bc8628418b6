using System.Globalization;
using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>When a new bundle has proven itself, and when it has to go. Pure.</summary>
internal static class ProofRules
{
    /// <summary>
    /// One feature in quarantine refutes at once. Otherwise nothing is decided before every task answered
    /// <see cref="FieldRanges.LeastScored"/> features, and then everything is: all inside their ranges, or not.
    /// </summary>
    /// <param name="tasks">The bundle's tasks.</param>
    /// <param name="evidence">Everything since it was activated.</param>
    public static ProofVerdict Decide(IReadOnlyList<BundleTask> tasks, FieldEvidence evidence)
    {
        if (evidence.Quarantined > 0)
        {
            return ProofVerdict.Refuted(BundleFault.Quarantined, $"{evidence.Quarantined} of its features were put into quarantine");
        }

        if (tasks.Any(task => !evidence.Tasks.TryGetValue(task.Name, out var scored) || scored.Scored < FieldRanges.LeastScored))
        {
            return ProofVerdict.Undecided;
        }

        foreach (var task in tasks)
        {
            if (Outside(task, evidence.Tasks[task.Name]) is { } reason)
            {
                return ProofVerdict.Refuted(BundleFault.OutOfRange, reason);
            }
        }

        return ProofVerdict.Proven;
    }

    private static string? Outside(BundleTask task, TaskEvidence evidence)
    {
        if (task.Field is not { } field)
        {
            return null;
        }

        if (!field.TopProbability.Contains(evidence.MeanTopProbability))
        {
            return Say($"the mean top probability of {task.Name} over {evidence.Scored} features is {evidence.MeanTopProbability:F3}, not within {field.TopProbability.Low:F3} to {field.TopProbability.High:F3}");
        }

        if (evidence.TopClasses.Length != task.Classes.Length)
        {
            return Say($"{task.Name} was answered with {evidence.TopClasses.Length} classes, the bundle has {task.Classes.Length}");
        }

        for (var i = 0; i < task.Classes.Length; i++)
        {
            var share = (double)evidence.TopClasses[i] / evidence.Scored;
            if (!field.ClassShares[i].Contains(share))
            {
                return Say($"the share of {task.Name} {task.Classes[i]} over {evidence.Scored} features is {share:F3}, not within {field.ClassShares[i].Low:F3} to {field.ClassShares[i].High:F3}");
            }
        }

        return null;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
