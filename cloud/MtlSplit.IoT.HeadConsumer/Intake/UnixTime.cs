namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>Time in the unit of the wire.</summary>
internal static class UnixTime
{
    /// <summary>Now, in Unix microseconds.</summary>
    public static long Microseconds(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
