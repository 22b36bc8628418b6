using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Drift.Alarming;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Alarming;

public sealed class DriftAlarmsTests
{
    private static readonly DriftKey One = new(ContractId.Of([1]), "object_size", "north");
    private static readonly DriftKey Other = One with { Group = "south" };

    private readonly DriftAlarms _alarms = new(recoverAfter: 2);
    private long _at;

    [Fact]
    public void LastingDrift_IsOneAlarm_ThatEndsAfterCalmChecksInARow()
    {
        DriftChange[] changes =
        [
            Take(DriftVerdict.Calm), Take(DriftVerdict.Suspicious), Take(DriftVerdict.Drift), Take(DriftVerdict.Drift), Take(DriftVerdict.Calm), Take(DriftVerdict.Suspicious),
            Take(DriftVerdict.Calm), Take(DriftVerdict.Undetermined), Take(DriftVerdict.Calm), Take(DriftVerdict.Calm), Take(DriftVerdict.Drift),
        ];

        Assert.Equal(
            [
                DriftChange.None, DriftChange.None, DriftChange.Raised, DriftChange.None, DriftChange.None, DriftChange.None,
                DriftChange.None, DriftChange.None, DriftChange.Recovered, DriftChange.None, DriftChange.Raised,
            ],
            changes);
        Assert.Equal(11, Assert.Single(_alarms.On).RaisedAt);
    }

    [Fact]
    public void Streams_AreOnTheirOwn()
    {
        Take(DriftVerdict.Drift);
        Take(DriftVerdict.Drift, Other);
        Take(DriftVerdict.Calm);
        Take(DriftVerdict.Calm);

        Assert.Equal(Other, Assert.Single(_alarms.On).Key);
    }

    [Fact]
    public void AlarmsThatWereOn_GoOn()
    {
        Take(DriftVerdict.Drift);
        var next = new DriftAlarms(2, _alarms.On);

        var (change, alarm) = next.Take(Check(DriftVerdict.Drift, One));

        Assert.Equal((DriftChange.None, 2, 1L), (change, alarm!.Confirmed, alarm.RaisedAt));
    }

    private DriftChange Take(DriftVerdict verdict, DriftKey? key = null) => _alarms.Take(Check(verdict, key ?? One)).Change;

    private DriftCheck Check(DriftVerdict verdict, DriftKey key) => new(key, ++_at, verdict, 0.01, null, null, null, "");
}
