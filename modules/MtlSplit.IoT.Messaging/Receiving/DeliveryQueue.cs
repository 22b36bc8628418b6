using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace MtlSplit.IoT.Messaging.Receiving;

/// <summary>
/// The deliveries that wait for one subscription's reader. Two queues read as one in order of arrival: QoS 1, whose bound is the
/// receive maximum that the broker keeps to, and QoS 0, bounded by dropping the oldest. Thread-safe.
/// </summary>
/// <param name="qosZeroLimit">QoS 0 deliveries kept.</param>
/// <param name="orphanLimit">QoS 1 deliveries kept from sessions that the broker has lost and so never delivers again.</param>
internal sealed class DeliveryQueue(int qosZeroLimit, int orphanLimit) : ChannelReader<BusDelivery>
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Order, BusDelivery Delivery)> _lasting = new();
    private readonly Queue<(long Order, BusDelivery Delivery)> _fleeting = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<bool>? _reader;
    private Exception? _error;
    private bool _completed;
    private long _order;

    public override bool CanCount => true;

    public override int Count
    {
        get
        {
            lock (_gate)
            {
                return _lasting.Count + _fleeting.Count;
            }
        }
    }

    public override Task Completion => _completion.Task;

    /// <summary>Adds one. Returns how many were dropped for it: 0 or 1.</summary>
    public int Add(BusDelivery delivery, bool atLeastOnce)
    {
        TaskCompletionSource<bool>? reader;
        var dropped = 0;
        lock (_gate)
        {
            if (_completed)
            {
                return 0;
            }

            if (!atLeastOnce && _fleeting.Count == qosZeroLimit)
            {
                _fleeting.Dequeue();
                dropped = 1;
            }

            (atLeastOnce ? _lasting : _fleeting).Enqueue((_order++, delivery));
            (reader, _reader) = (_reader, null);
        }

        reader?.TrySetResult(true);
        return dropped;
    }

    /// <summary>A new connection of the same session: the broker delivers the unread QoS 1 messages again, so these go. Returns how many.</summary>
    public int ForgetUnread()
    {
        lock (_gate)
        {
            var count = _lasting.Count;
            _lasting.Clear();
            CompleteIfEmpty();
            return count;
        }
    }

    /// <summary>A new connection without the session: nobody delivers the unread messages again, so they stay, within a bound. Returns how many went.</summary>
    public int KeepOrphans()
    {
        lock (_gate)
        {
            var dropped = 0;
            for (; _lasting.Count > orphanLimit; dropped++)
            {
                _lasting.Dequeue();
            }

            return dropped;
        }
    }

    /// <summary>Adds no more. What is there can still be read.</summary>
    /// <param name="error">Why, if for a fault.</param>
    public void Complete(Exception? error = null)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
            _error = error;
            CompleteIfEmpty();
        }
    }

    public override bool TryRead([MaybeNullWhen(false)] out BusDelivery item)
    {
        lock (_gate)
        {
            var lasting = _lasting.Count > 0 && (_fleeting.Count == 0 || _lasting.Peek().Order < _fleeting.Peek().Order);
            if (!(lasting ? _lasting : _fleeting).TryDequeue(out var next))
            {
                item = null;
                return false;
            }

            item = next.Delivery;
            CompleteIfEmpty();
            return true;
        }
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        lock (_gate)
        {
            if (_lasting.Count + _fleeting.Count > 0)
            {
                return ValueTask.FromResult(true);
            }

            if (_completed)
            {
                return _error is null ? ValueTask.FromResult(false) : ValueTask.FromException<bool>(_error);
            }

            _reader ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<bool>(_reader.Task.WaitAsync(cancellationToken));
        }
    }

    private void CompleteIfEmpty()
    {
        if (!_completed || _lasting.Count + _fleeting.Count > 0)
        {
            return;
        }

        if (_error is null)
        {
            _completion.TrySetResult();
            _reader?.TrySetResult(false);
        }
        else
        {
            _completion.TrySetException(_error);
            _ = _completion.Task.Exception;
            _reader?.TrySetException(_error);
        }

        _reader = null;
    }
}
