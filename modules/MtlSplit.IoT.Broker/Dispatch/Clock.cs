namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>The broker's time: milliseconds since it started, read once for each batch of packets.</summary>
internal sealed class Clock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public long Now { get; private set; }

    public void Refresh() => Now = (long)time.GetElapsedTime(_start).TotalMilliseconds;
}
