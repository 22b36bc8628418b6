using System.Globalization;

namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>
/// Which alarms are on. A drift that lasts is one alarm, however often it is confirmed; it is over after several calm checks in a row. What could not be determined changes nothing. Not thread-safe.
/// </summary>
/// <param name="recoverAfter">Calm checks in a row that end an alarm.</param>
/// <param name="on">The alarms that were on before.</param>
public sealed class DriftAlarms(int recoverAfter, IEnumerable<DriftAlarm>? on = null)
{
    private readonly Dictionary<DriftKey, DriftAlarm> _on = (on ?? []).ToDictionary(alarm => alarm.Key);

    /// <summary>The alarms that are on.</summary>
    public IReadOnlyCollection<DriftAlarm> On => _on.Values;

    /// <summary>Takes a check into account.</summary>
    /// <returns>What changed, and the alarm that did: as it was when it went off.</returns>
    public (DriftChange Change, DriftAlarm? Alarm) Take(DriftCheck check)
    {
        if (!_on.TryGetValue(check.Key, out var alarm))
        {
            if (check.Verdict != DriftVerdict.Drift)
            {
                return (DriftChange.None, null);
            }

            alarm = new DriftAlarm(string.Create(CultureInfo.InvariantCulture, $"{check.Key}/{check.At}"), check.Key, check.At, check.At, 1, 0, check.Reason);
            _on.Add(check.Key, alarm);
            return (DriftChange.Raised, alarm);
        }

        alarm = check.Verdict switch
        {
            DriftVerdict.Drift => alarm with { ConfirmedAt = check.At, Confirmed = alarm.Confirmed + 1, CalmSince = 0 },
            DriftVerdict.Suspicious => alarm with { CalmSince = 0 },
            DriftVerdict.Calm => alarm with { CalmSince = alarm.CalmSince + 1 },
            _ => alarm,
        };
        if (alarm.CalmSince >= recoverAfter)
        {
            _on.Remove(check.Key);
            return (DriftChange.Recovered, alarm);
        }

        _on[check.Key] = alarm;
        return (DriftChange.None, alarm);
    }
}
