using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace MtlSplit.IoT.Messaging.Receiving;

/// <summary>One subscription of a connection.</summary>
internal sealed class Subscription : IBusSubscription
{
    private readonly Func<Subscription, CancellationToken, Task> _leave;
    private readonly Action<Subscription> _end;
    private TaskCompletionSource? _allReleased;
    private int _open;
    private long _arrivals;

    public Subscription(
        TopicFilter filter, bool retainedToo, BusQos qos, BusOptions options, Func<Subscription, CancellationToken, Task> leave, Action<Subscription> end)
    {
        Topics = filter;
        RetainedToo = retainedToo;
        Qos = qos;
        Queue = new DeliveryQueue(options.QosZeroQueue, options.ReceiveMaximum);
        _leave = leave;
        _end = end;

        // The same in every process that subscribes to the filter, since a session outlives processes. 28 bits are what MQTT allows.
        Identifier = (XxHash32.HashToUInt32(MemoryMarshal.AsBytes(filter.Text.AsSpan())) & 0x0FFF_FFFF) | 1;
    }

    public string Filter => Topics.Text;

    public ChannelReader<BusDelivery> Deliveries => Queue;

    public TopicFilter Topics { get; }

    public bool RetainedToo { get; }

    public BusQos Qos { get; }

    public uint Identifier { get; }

    public DeliveryQueue Queue { get; }

    /// <summary>Guarded by <see cref="SubscriptionTable"/>.</summary>
    public SubscriptionState State { get; set; } = SubscriptionState.Wanted;

    /// <summary>Ends when the broker confirmed or refused it for the first time.</summary>
    public TaskCompletionSource Confirmed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the broker no longer has it.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>QoS 1 messages of this connection that are not acknowledged to the broker.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Messages ever received.</summary>
    public long Arrivals => Interlocked.Read(ref _arrivals);

    public Task UnsubscribeAsync(CancellationToken ct) => _leave(this, ct);

    public ValueTask DisposeAsync()
    {
        _end(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A message for it arrived.</summary>
    public void Arrived() => Interlocked.Increment(ref _arrivals);

    /// <summary>A QoS 1 message for it waits for acknowledgement.</summary>
    public void Opened() => Interlocked.Increment(ref _open);

    /// <summary>The acknowledgement of one is on its way.</summary>
    public void Released()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            Volatile.Read(ref _allReleased)?.TrySetResult();
        }
    }

    /// <summary>A new connection: none of the old one's messages count any more.</summary>
    public void ResetOpen() => Volatile.Write(ref _open, 0);

    /// <summary>Waits until no message of it is unacknowledged.</summary>
    public async Task WhenReleasedAsync(CancellationToken ct)
    {
        while (Open > 0)
        {
            var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _allReleased, wait);
            if (Open > 0)
            {
                await wait.Task.WaitAsync(ct);
            }
        }
    }
}
