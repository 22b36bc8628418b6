namespace MtlSplit.IoT.Training.Heads;

/// <summary>How a head is trained on stored features.</summary>
public sealed record HeadTrainingOptions
{
    /// <summary>How often the features are gone through at most.</summary>
    public int MaxEpochs { get; init; } = 12;

    /// <summary>So many epochs without a lower validation loss bring the small steps forward; so many small ones without it end training.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>Features a step.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>AdamW's learning rate; the last third of the epochs, or what follows <see cref="Patience"/>, goes on from the best epoch at a tenth of it.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Share of the samples kept apart to choose the best epoch, 0 to 1, both excluded.</summary>
    public double ValidationShare { get; init; } = 0.15;

    /// <summary>Whether every class weighs the same, however often it occurs.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>Decides the split, the order, dropout and fresh weights.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads the engine computes with.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">The first value that cannot be; the message names it.</exception>
    public void Validate()
    {
        Require(MaxEpochs > 0, nameof(MaxEpochs), "must be at least 1");
        Require(Patience > 0, nameof(Patience), "must be at least 1");
        Require(BatchSize > 0, nameof(BatchSize), "must be at least 1");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), "must be positive");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), "must not be negative");
        Require(ValidationShare is > 0 and < 1, nameof(ValidationShare), "must be between 0 and 1");
        Require(Threads > 0, nameof(Threads), "must be at least 1");
    }

    private static void Require(bool condition, string name, string reason)
    {
        if (!condition)
        {
            throw new ArgumentException($"{name}: {reason}.", name);
        }
    }
}
