namespace MtlSplit.IoT.Testing.Storage;

/// <summary>How many states are tried.</summary>
public sealed record PowerCutOptions
{
    /// <summary>What the random choices follow from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>States per cut in which chance decides on every unsynced sector, length and name.</summary>
    public int Random { get; init; } = 3;

    /// <summary>Places, at most, at which a write that was under way is torn; where it has more sectors, chance picks them.</summary>
    public int Tears { get; init; } = 8;

    /// <summary>A cut after every so many operations.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Operations before the first cut.</summary>
    public int From { get; init; }
}
