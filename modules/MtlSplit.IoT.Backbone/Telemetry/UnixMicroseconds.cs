namespace MtlSplit.IoT.Backbone.Telemetry;

/// <summary>Time stamps as they go over the bus: microseconds since 1970 in UTC.</summary>
internal static class UnixMicroseconds
{
    public static long Now(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
