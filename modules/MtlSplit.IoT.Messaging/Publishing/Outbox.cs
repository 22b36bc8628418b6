using System.Diagnostics.CodeAnalysis;
using MtlSplit.IoT.Messaging.Connecting;

namespace MtlSplit.IoT.Messaging.Publishing;

/// <summary>
/// All publishes that have no outcome yet, in the order they were accepted: waiting ones in a bounded queue, then a window of those in flight.
/// It decides what is sent next and what an answer means, and does no input or output itself. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither the semaphore nor the token source holds a handle, and callers may still come after the end.")]
internal sealed class Outbox
{
    private readonly Lock _gate = new();
    private readonly BusOptions _options;
    private readonly TimeProvider _time;
    private readonly WorkSignal _work;
    private readonly long _timeout;
    private readonly long _answerTimeout;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _closing = new();
    private readonly Queue<OutgoingPublish> _waiting = new();
    private readonly Queue<OutgoingPublish> _again = new();
    private readonly Dictionary<ushort, OutgoingPublish> _inFlight = [];
    private readonly PacketIds _ids = new();
    private BrokerLimits _limits;
    private TaskCompletionSource? _empty;
    private TaskCompletionSource? _quiet;
    private bool _connected;
    private bool _accepting = true;
    private int _credit;
    private int _window;
    private int _open;
    private long _order;

    /// <param name="options">Window, queue, timeout and sizes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="work">Set when there may be something to send.</param>
    public Outbox(BusOptions options, TimeProvider time, WorkSignal work)
    {
        _options = options;
        _time = time;
        _work = work;
        _timeout = Ticks(options.PublishTimeout);
        _answerTimeout = Ticks(options.AnswerTimeout ?? options.PublishTimeout);
        _room = new SemaphoreSlim(options.PublishQueue);
    }

    /// <summary>Waits for room, then queues a message.</summary>
    public ValueTask<Task<PublishResult>> AcceptAsync(BusMessage message, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var fault = PublishPackets.FaultOf(message);
        var size = PublishPackets.SizeOf(message, _options.Protocol);
        if (fault == 0 && size > _options.MaximumPacketSize)
        {
            fault = BusReasons.PacketTooLarge;
        }

        if (fault != 0)
        {
            return new ValueTask<Task<PublishResult>>(Task.FromResult(new PublishResult(PublishOutcome.Refused, fault)));
        }

        return _room.Wait(0, CancellationToken.None)
            ? new ValueTask<Task<PublishResult>>(Enqueue(message, size))
            : WaitAsync(message, size, ct);
    }

    /// <summary>What to send now, if anything. A QoS 1 publish then holds a place in the window until its answer.</summary>
    public bool TryNext(out OutgoingPublish publish)
    {
        lock (_gate)
        {
            while (_connected && _quiet is null && (_again.Count > 0 ? _again : _waiting) is { Count: > 0 } source)
            {
                publish = source.Peek();
                var fresh = source == _waiting;
                if (publish.Task.IsCompleted || RefusalOf(publish) is not 0)
                {
                    source.Dequeue();
                    Drop(publish, fresh);
                    continue;
                }

                if (publish.Message.Qos == BusQos.AtLeastOnce)
                {
                    if (_credit == 0 || (fresh && !TryEnterWindow(publish)))
                    {
                        break;
                    }

                    _credit--;
                    publish.AwaitsAnswer = true;
                }

                source.Dequeue();
                publish.SentAt = _time.GetTimestamp();
                if (fresh)
                {
                    _room.Release();
                }

                return true;
            }
        }

        publish = null!;
        return false;
    }

    /// <summary>A QoS 0 publish was written; nothing more will be heard of it.</summary>
    public void Written(OutgoingPublish publish)
    {
        lock (_gate)
        {
            Settle(publish, new PublishResult(PublishOutcome.Delivered, 0));
        }
    }

    /// <summary>The broker answered, which makes room in the window; the caller wakes the sender. False: it answered something that was not asked.</summary>
    public bool Answered(ushort packetId, byte reason)
    {
        lock (_gate)
        {
            if (!_inFlight.TryGetValue(packetId, out var publish) || !publish.AwaitsAnswer)
            {
                return false;
            }

            _inFlight.Remove(packetId);
            _ids.Return(packetId);
            _credit++;
            Settle(publish, ResultOf(reason));
            EndQuiet();
            return true;
        }
    }

    /// <summary>A new connection: everything in flight is to be sent again first, in order. Returns how many.</summary>
    public int Connected(BrokerLimits limits)
    {
        lock (_gate)
        {
            _limits = limits;
            _quiet = null;
            _window = _credit = Math.Min(_options.PublishWindow, limits.ReceiveMaximum);
            _again.Clear();
            foreach (var publish in _inFlight.Values.OrderBy(p => p.Order).ToArray())
            {
                if (publish.Task.IsCompleted)
                {
                    _inFlight.Remove(publish.PacketId);
                    _ids.Return(publish.PacketId);
                    continue;
                }

                // A broker without the session has never seen the identifier, so for it the message is a new one.
                publish.Resends |= publish.SentAt != 0;
                publish.MayBeDuplicate = limits.SessionPresent && publish.Resends;
                publish.AwaitsAnswer = false;
                _again.Enqueue(publish);
            }

            _connected = true;
            _work.Set();
            return _again.Count;
        }
    }

    /// <summary>The connection is gone; nothing is sent until the next.</summary>
    public void Disconnected()
    {
        lock (_gate)
        {
            _connected = false;
        }
    }

    /// <summary>Sends nothing more until the next connection, and says when everything sent has its answer.</summary>
    public Task QuietenAsync()
    {
        lock (_gate)
        {
            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            EndQuiet();
            return _quiet.Task;
        }
    }

    /// <summary>Ends publishes past their time. True: the current connection has owed an answer for as long and is not to be trusted.</summary>
    public bool Expire()
    {
        if (_timeout == long.MaxValue && _answerTimeout == long.MaxValue)
        {
            return false;
        }

        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var owed = false;
            foreach (var publish in _inFlight.Values)
            {
                owed |= _connected && publish.AwaitsAnswer && now - publish.SentAt >= _answerTimeout;
                if (now - publish.AcceptedAt >= _timeout)
                {
                    Settle(publish, new PublishResult(PublishOutcome.TimedOut, 0));
                }
            }

            while (_waiting.TryPeek(out var oldest) && now - oldest.AcceptedAt >= _timeout)
            {
                _waiting.Dequeue();
                _room.Release();
                Settle(oldest, new PublishResult(PublishOutcome.TimedOut, 0));
            }

            return owed;
        }
    }

    /// <summary>Takes an identifier for a SUBSCRIBE or UNSUBSCRIBE.</summary>
    public ushort TakeId()
    {
        lock (_gate)
        {
            return _ids.TryTake(out var id) ? id : throw new InvalidOperationException("No packet identifier is free.");
        }
    }

    /// <summary>Gives back what <see cref="TakeId"/> gave.</summary>
    public void ReturnId(ushort id)
    {
        lock (_gate)
        {
            _ids.Return(id);
        }
    }

    /// <summary>Takes no more, and says when everything taken has its outcome.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _accepting = false;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_open == 0)
            {
                _empty.TrySetResult();
            }

            return _empty.Task;
        }
    }

    /// <summary>Ends everything that has no outcome yet.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _accepting = false;
            _connected = false;
            foreach (var publish in _inFlight.Values.Concat(_waiting))
            {
                Settle(publish, new PublishResult(PublishOutcome.Closed, 0));
            }

            _inFlight.Clear();
            _again.Clear();
            _waiting.Clear();
        }

        _closing.Cancel();
    }

    private static PublishResult ResultOf(byte reason) => reason switch
    {
        BusReasons.NoMatchingSubscribers => new PublishResult(PublishOutcome.NoSubscriber, reason),
        >= 0x80 => new PublishResult(PublishOutcome.Refused, reason),
        _ => new PublishResult(PublishOutcome.Delivered, reason),
    };

    private async ValueTask<Task<PublishResult>> WaitAsync(BusMessage message, long size, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _closing.Token);
        try
        {
            await _room.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Task.FromResult(new PublishResult(PublishOutcome.Closed, 0));
        }

        return Enqueue(message, size);
    }

    private Task<PublishResult> Enqueue(BusMessage message, long size)
    {
        lock (_gate)
        {
            var publish = new OutgoingPublish(message, size, _order++, _time.GetTimestamp());
            if (!_accepting)
            {
                publish.TrySetResult(new PublishResult(PublishOutcome.Closed, 0));
                return publish.Task;
            }

            _open++;
            _waiting.Enqueue(publish);
            if (_connected && (_credit > 0 || message.Qos == BusQos.AtMostOnce))
            {
                _work.Set();
            }

            return publish.Task;
        }
    }

    private bool TryEnterWindow(OutgoingPublish publish)
    {
        if (!_ids.TryTake(out var id))
        {
            return false;
        }

        publish.PacketId = id;
        _inFlight.Add(id, publish);
        return true;
    }

    /// <summary>What the broker announced that it would not take; 0: nothing.</summary>
    private byte RefusalOf(OutgoingPublish publish) =>
        publish.Size > _limits.MaximumPacketSize ? BusReasons.PacketTooLarge
        : publish.Message.Retain && !_limits.RetainAvailable ? (byte)0x9A
        : publish.Message.Qos == BusQos.AtLeastOnce && !_limits.AtLeastOnceAvailable ? (byte)0x9B
        : (byte)0;

    private void Drop(OutgoingPublish publish, bool fresh)
    {
        if (fresh)
        {
            _room.Release();
        }
        else
        {
            _inFlight.Remove(publish.PacketId);
            _ids.Return(publish.PacketId);
        }

        Settle(publish, new PublishResult(PublishOutcome.Refused, RefusalOf(publish)));
    }

    private long Ticks(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? long.MaxValue : (long)(span.TotalSeconds * _time.TimestampFrequency);

    private void EndQuiet()
    {
        if (_credit == _window)
        {
            _quiet?.TrySetResult();
        }
    }

    private void Settle(OutgoingPublish publish, PublishResult result)
    {
        if (publish.TrySetResult(result) && --_open == 0 && !_accepting)
        {
            _empty?.TrySetResult();
        }
    }
}
