namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>
/// How many false alarms a fleet is willing to have a month, shared by everything that is watched and every check of it. A check that may be wrong with probability <c>p</c> adds <c>p</c> to the expected
/// number of false alarms however the checks depend on one another, so that no correction for checking again and again is missing. Levels follow what is planned, not what was seen.
/// </summary>
/// <param name="FalseAlarmsPerMonth">Expected false alarms of a fleet in <see cref="Month"/>, over all contracts, tasks and groups.</param>
public sealed record AlarmBudget(double FalseAlarmsPerMonth)
{
    /// <summary>What counts as a month.</summary>
    public static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>The level of one check.</summary>
    /// <param name="watched">How many contracts × tasks × groups are watched.</param>
    /// <param name="checkEvery">How often each is checked.</param>
    public double LevelOf(int watched, TimeSpan checkEvery)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FalseAlarmsPerMonth, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(watched, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(checkEvery, TimeSpan.Zero);
        return Math.Min(1, FalseAlarmsPerMonth / watched / Math.Max(1, Month / checkEvery));
    }
}
