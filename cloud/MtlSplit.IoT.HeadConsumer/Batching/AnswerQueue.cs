using System.Threading.Channels;
using MtlSplit.IoT.HeadConsumer.Intake;

namespace MtlSplit.IoT.HeadConsumer.Batching;

/// <summary>
/// The queue between intake and head. Bounded by twice the receive maximum, which the broker does not exceed; a full queue
/// makes the intake wait, and so the broker. One reader, one writer.
/// </summary>
internal sealed class AnswerQueue(int capacity, TimeProvider time)
{
    private readonly Channel<PendingFeature> _channel = Channel.CreateBounded<PendingFeature>(
        new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait, SingleWriter = true });

    public ChannelReader<PendingFeature> Reader => _channel.Reader;

    public ChannelWriter<PendingFeature> Writer => _channel.Writer;

    /// <summary>Features that wait for a run.</summary>
    public int Waiting => _channel.Reader.Count;

    /// <summary>Age of the oldest feature that waits.</summary>
    public TimeSpan Lag => _channel.Reader.TryPeek(out var oldest) ? time.GetElapsedTime(oldest.ReceivedTimestamp) : TimeSpan.Zero;
}
