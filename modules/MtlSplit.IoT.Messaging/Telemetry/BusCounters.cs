using System.Diagnostics.Metrics;

namespace MtlSplit.IoT.Messaging.Telemetry;

/// <summary>Counts one connection's traffic, for its statistics and for the process's meter. Thread-safe.</summary>
internal sealed class BusCounters
{
    private static readonly Meter Meter = new(BusMetrics.MeterName);
    private static readonly Counter<long> PublishedCounter = Meter.CreateCounter<long>(BusMetrics.Published, "{message}", "Publishes handed to the connection, repeats not counted.");
    private static readonly Counter<long> ResentCounter = Meter.CreateCounter<long>(BusMetrics.Resent, "{message}", "Publishes sent again after a reconnect.");
    private static readonly Counter<long> DeliveredCounter = Meter.CreateCounter<long>(BusMetrics.Delivered, "{message}", "Messages received for a subscription.");
    private static readonly Counter<long> DroppedCounter = Meter.CreateCounter<long>(BusMetrics.Dropped, "{message}", "Messages received and dropped: QoS 0 past the queue's bound, or for no subscription.");
    private static readonly Counter<long> ReconnectsCounter = Meter.CreateCounter<long>(BusMetrics.Reconnects, "{connection}", "Connections made after a loss.");
    private static readonly Counter<long> SentBytesCounter = Meter.CreateCounter<long>(BusMetrics.SentBytes, "By", "MQTT bytes written, before encryption.");
    private static readonly Counter<long> ReceivedBytesCounter = Meter.CreateCounter<long>(BusMetrics.ReceivedBytes, "By", "MQTT bytes read, after decryption.");

    private long _published;
    private long _resent;
    private long _delivered;
    private long _dropped;
    private long _reconnects;
    private long _sentBytes;
    private long _receivedBytes;

    public void AddPublished() => Add(ref _published, PublishedCounter, 1);

    public void AddResent() => Add(ref _resent, ResentCounter, 1);

    public void AddDelivered() => Add(ref _delivered, DeliveredCounter, 1);

    public void AddDropped(int count) => Add(ref _dropped, DroppedCounter, count);

    public void AddReconnect() => Add(ref _reconnects, ReconnectsCounter, 1);

    public void AddSentBytes(long count) => Add(ref _sentBytes, SentBytesCounter, count);

    public void AddReceivedBytes(long count) => Add(ref _receivedBytes, ReceivedBytesCounter, count);

    public BusStatistics Read() => new(
        Interlocked.Read(ref _published),
        Interlocked.Read(ref _resent),
        Interlocked.Read(ref _delivered),
        Interlocked.Read(ref _dropped),
        Interlocked.Read(ref _reconnects),
        Interlocked.Read(ref _sentBytes),
        Interlocked.Read(ref _receivedBytes));

    private static void Add(ref long own, Counter<long> shared, long count)
    {
        if (count != 0)
        {
            Interlocked.Add(ref own, count);
            shared.Add(count);
        }
    }
}
