namespace MtlSplit.IoT.Storage.Journals;

/// <summary>What opening a journal found.</summary>
public sealed record JournalRecovery
{
    /// <summary>Whole records that nobody has acknowledged.</summary>
    public long Records { get; init; }

    /// <summary>Bytes in its segments.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// Records that are gone though nobody had acknowledged them, as far as the numbers of those around them tell. What a torn or zeroed tail
    /// held is not known and not in here.
    /// </summary>
    public long Lost { get; init; }

    /// <summary>Damaged stretches, by reason; only reasons that occurred.</summary>
    public IReadOnlyDictionary<JournalDamage, long> Damage { get; init; } = new Dictionary<JournalDamage, long>();
}
