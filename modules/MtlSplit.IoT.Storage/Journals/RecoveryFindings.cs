namespace MtlSplit.IoT.Storage.Journals;

/// <summary>
/// Counts what is missing between the records that were found. A stretch whose records were acknowledged, or counted by an earlier recovery,
/// does not count.
/// </summary>
internal sealed class RecoveryFindings(SequenceRanges settled)
{
    private readonly Dictionary<JournalDamage, long> _damage = [];
    private JournalDamage? _tail;
    private ulong _last;

    /// <summary>Whether a segment was begun.</summary>
    public bool Begun { get; private set; }

    public long Lost { get; private set; }

    public IReadOnlyDictionary<JournalDamage, long> Damage => _damage;

    public void Count(JournalDamage damage) => _damage[damage] = _damage.GetValueOrDefault(damage) + 1;

    /// <summary>A segment begins with this number.</summary>
    public void Begin(ulong first)
    {
        _last = Begun ? _last : first - 1;
        Begun = true;
        if (Lose(first) > 0)
        {
            Count(_tail ?? JournalDamage.Missing);
        }

        (_tail, _last) = (null, Math.Max(_last, first - 1));
    }

    /// <summary>A record was found, behind damage or not.</summary>
    public void Record(ulong sequence, JournalDamage? damage)
    {
        var gap = sequence > _last + 1;
        var lost = Lose(sequence);
        if (lost > 0 || (damage is not null && !gap))
        {
            Count(damage ?? JournalDamage.Missing);
        }

        _last = Math.Max(_last, sequence);
    }

    /// <summary>A segment ended, with damage or not.</summary>
    public void Tail(JournalDamage? damage) => _tail = damage;

    /// <summary>That was the last segment.</summary>
    public void End()
    {
        if (_tail is { } damage)
        {
            Count(damage);
        }
    }

    private ulong Lose(ulong next)
    {
        var lost = next > _last + 1 ? settled.Add(_last + 1, next - 1) : 0;
        Lost += (long)lost;
        return lost;
    }
}
