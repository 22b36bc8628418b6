using System.Threading.Channels;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.HeadConsumer.Batching;
using MtlSplit.IoT.HeadConsumer.Heads;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Running;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Status;

/// <summary>Keeps the consumer's retained status true: when its heads change at once, else once a second.</summary>
internal sealed class StatusReporter(
    IBusConnection bus, HeadConsumerOptions options, HeadShelf shelf, RepeatWindow window, FeatureQuarantine quarantine, HeadConsumerMetrics metrics, AnswerQueue queue, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // One waiting request to report is enough, however many changes it stands for.
    private readonly Channel<bool> _now = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The status that the broker publishes when this consumer vanishes.</summary>
    public static BusMessage Will(HeadConsumerOptions options) =>
        new(DataTopics.HeadConsumer(options.Fleet, options.Task, options.Consumer), new HeadConsumerStatus { Online = false }.ToJson()) { Retain = true };

    /// <summary>Reports until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        shelf.Changed += () => _now.Writer.TryWrite(true);
        var changed = _now.Reader.WaitToReadAsync(ct).AsTask();
        while (true)
        {
            await PublishAsync(online: true, ct);
            await Task.WhenAny(changed, Task.Delay(Interval, time, ct));
            ct.ThrowIfCancellationRequested();
            if (changed.IsCompleted)
            {
                _now.Reader.TryRead(out _);
                changed = _now.Reader.WaitToReadAsync(ct).AsTask();
            }
        }
    }

    /// <summary>Publishes the status once and waits until the broker has it.</summary>
    public async Task PublishAsync(bool online, CancellationToken ct)
    {
        var status = new HeadConsumerStatus
        {
            Online = online,
            At = UnixTime.Microseconds(time),
            Heads = online ? shelf.Warm : [],
            Refused = online && shelf.Refused is { Count: > 0 } refused ? refused : null,
            Waiting = queue.Waiting,
            LagSeconds = queue.Lag.TotalSeconds,
            Predictions = metrics.Answered,
            Repeats = window.Repeats,
            Quarantined = quarantine.Count,
        };
        await await bus.PublishAsync(Will(options) with { Payload = status.ToJson() }, ct);
    }
}
