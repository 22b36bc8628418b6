using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>
/// What leaves on one connection. Packets gather while a write is under way and then leave together. Nothing waits here for ever: over the
/// limit the connection is given up. Thread-safe.
/// </summary>
/// <param name="stream">Where to.</param>
/// <param name="limit">Bytes that may be written ahead.</param>
/// <param name="time">The clock of <see cref="WritingFor"/>.</param>
/// <param name="broken">Called once, from any thread, when a write fails or the limit is met, with what happened.</param>
internal sealed class Outbox(Stream stream, int limit, TimeProvider time, Action<bool, string> broken) : IDisposable
{
    private readonly Lock _gate = new();
    private OutputBuffer _gathering = new();
    private OutputBuffer _leaving = new();
    private TaskCompletionSource? _drained;
    private long _writingSince;
    private bool _sending;
    private bool _closed;

    /// <summary>How long the write that is under way has taken so far.</summary>
    public TimeSpan WritingFor
    {
        get
        {
            lock (_gate)
            {
                return _sending ? time.GetElapsedTime(_writingSince) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Writes one packet; false where the connection has ended.</summary>
    public bool TryWrite<T>(T state, Action<OutputBuffer, T> write)
    {
        var over = false;
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            write(_gathering, state);
            over = _gathering.Count + _leaving.Count > limit;
            _closed = over;
            if (!over && !_sending)
            {
                _sending = true;
                Turn();
                _ = SendAsync();
            }
        }

        if (over)
        {
            broken(true, $"it does not read: more than {limit} bytes wait for it");
        }

        return !over;
    }

    /// <summary>Ends when at most half of the limit is written ahead, or the connection has ended.</summary>
    public Task WhenRoomAsync()
    {
        lock (_gate)
        {
            return _gathering.Count + _leaving.Count <= limit / 2 ? Task.CompletedTask : Drained();
        }
    }

    /// <summary>Takes nothing more; ends when everything is sent or cannot be.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_sending)
            {
                return Drained();
            }

            Free();
            return Task.CompletedTask;
        }
    }

    /// <summary>Takes nothing more and gives the memory back; a write under way does so when it ends.</summary>
    public void Dispose() => _ = CloseAsync();

    private Task Drained()
    {
        _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _drained.Task;
    }

    private void Turn()
    {
        (_gathering, _leaving) = (_leaving, _gathering);
        _writingSince = time.GetTimestamp();
    }

    private async Task SendAsync()
    {
        // The caller holds the gate and must not wait for a socket.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            string? fault = null;
            try
            {
                await stream.WriteAsync(_leaving.Written);
                await stream.FlushAsync();
            }
            catch (Exception e) when (Transport.IsBroken(e) || e is OperationCanceledException)
            {
                fault = e.Message;
            }

            lock (_gate)
            {
                _leaving.Clear();
                if (fault is null && _gathering.Count > 0)
                {
                    Turn();
                    continue;
                }

                _sending = false;
                _drained?.TrySetResult();
                _drained = null;
                if (fault is not null)
                {
                    _closed = true;
                }

                if (_closed)
                {
                    Free();
                }
            }

            if (fault is not null)
            {
                broken(false, $"the connection broke: {fault}");
            }

            return;
        }
    }

    private void Free()
    {
        _gathering.Dispose();
        _leaving.Dispose();
    }
}
