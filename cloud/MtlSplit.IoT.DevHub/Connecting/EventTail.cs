using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.DevHub.Connecting;

/// <summary>
/// The newest messages of devices and modules, in memory, for whoever develops against the hub: a cloud's event stream is not emulated. Bounded
/// in messages and bytes; the oldest go first. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="mostMessages">How many are kept.</param>
/// <param name="mostBytes">How many bytes of bodies are kept.</param>
internal sealed class EventTail(TimeProvider time, int mostMessages = 20_000, long mostBytes = 64L * 1024 * 1024)
{
    private readonly Lock _gate = new();
    private readonly Queue<HubEvent> _events = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private long _bytes;

    /// <summary>Takes a message.</summary>
    public void Append(HubIdentity from, HubMessage message)
    {
        TaskCompletionSource arrived;
        lock (_gate)
        {
            _events.Enqueue(new HubEvent(++_last, time.GetUtcNow(), from, message));
            _bytes += message.Body.Length;
            while (_events.Count > mostMessages || _bytes > mostBytes)
            {
                _bytes -= _events.Dequeue().Message.Body.Length;
            }

            arrived = _arrived;
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        arrived.SetResult();
    }

    /// <summary>The messages after a number, oldest first, once there is one or the wait is over.</summary>
    /// <param name="after">The number of the last message that the reader has; 0: none.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="wait">How long to wait for the first.</param>
    /// <param name="ct">Gives the wait up.</param>
    public async Task<IReadOnlyList<HubEvent>> ReadAsync(long after, int most, TimeSpan wait, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        while (true)
        {
            Task arrived;
            lock (_gate)
            {
                if (_last > after || either.IsCancellationRequested)
                {
                    ct.ThrowIfCancellationRequested();
                    return [.. _events.SkipWhile(one => one.Number <= after).Take(most)];
                }

                arrived = _arrived.Task;
            }

            await arrived.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
