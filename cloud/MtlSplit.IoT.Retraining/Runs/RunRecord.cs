using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>What a run was and gave: the file <c>run.json</c> beside its weights.</summary>
internal sealed record RunRecord
{
    /// <summary>The command line that made it.</summary>
    public required string Command { get; init; }

    /// <summary>The version of the code.</summary>
    public required string Code { get; init; }

    /// <summary>What was computed.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>What it was computed from.</summary>
    public required RunData Data { get; init; }

    /// <summary>The best epoch, from 1.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Every epoch.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>The scores on the test split, measured once, after training.</summary>
    public required ConditionScores Test { get; init; }

    /// <summary>What heads in use make of the new features, where training was to keep them able to read them; null: it was not.</summary>
    public IReadOnlyList<CompatibilityScore>? Compatibility { get; init; }
}
