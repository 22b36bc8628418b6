namespace MtlSplit.IoT.HubFidelity.Tests.Packets;

/// <summary>The machine's clock, which can be put forward; timers and pauses are untouched.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Leap(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
