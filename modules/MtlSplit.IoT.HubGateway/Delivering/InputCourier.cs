using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Delivering;

/// <summary>Brings messages to the inputs of one connection's module, one at a time, in the order in which they were given. Thread-safe.</summary>
internal sealed class InputCourier(ClientConnection connection, GatewayOptions options, TimeProvider time, Ledger ledger, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private TaskCompletionSource<bool>? _acknowledged;
    private ushort _id;
    private bool _busy;
    private bool _ended;

    /// <summary>Sends a message when it is its turn; ends when it is acknowledged or cannot be.</summary>
    public async Task<InputOutcome> DeliverAsync(HubIdentity identity, string input, string topic, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        switch (await TakeTurnAsync(ct))
        {
            case Turn.Busy:
                ledger.Count(Tally.InputsBusy);
                return InputOutcome.Busy;
            case Turn.Ended:
                return InputOutcome.Disconnected;
        }

        try
        {
            return await SendAsync(identity, input, topic, body, ct);
        }
        finally
        {
            GiveTurn();
        }
    }

    /// <summary>The module has acknowledged something; anything but the message under way is passed over.</summary>
    public void Acknowledge(ushort id)
    {
        lock (_gate)
        {
            if (id == _id)
            {
                _acknowledged?.TrySetResult(true);
            }
        }
    }

    /// <summary>The connection has ended, and with it every wait.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _acknowledged?.TrySetResult(false);
            while (_waiting.TryDequeue(out var waiting))
            {
                waiting.TrySetResult(false);
            }
        }
    }

    private async Task<InputOutcome> SendAsync(HubIdentity identity, string input, string topic, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        if (connection.QosOf(HubFilterKind.Inputs) is not { } qos)
        {
            return InputOutcome.NotSubscribed;
        }

        var message = new Message(new Topic(topic), body.ToArray(), [], qos, retain: false, null);
        if (qos == 0)
        {
            return Count(connection.Send(new Delivery(message, 0, 0, false, false, [])) ? InputOutcome.Completed : InputOutcome.Disconnected);
        }

        var acknowledged = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        ushort id;
        lock (_gate)
        {
            if (_ended)
            {
                return InputOutcome.Disconnected;
            }

            _id = id = (ushort)(_id == ushort.MaxValue ? 1 : _id + 1);
            _acknowledged = acknowledged;
        }

        try
        {
            for (var attempt = 1; attempt <= options.InputAttempts; attempt++)
            {
                if (attempt > 1)
                {
                    ledger.Count(Tally.InputRepeats);
                }

                if (!connection.Send(new Delivery(message, id, qos, false, attempt > 1, [])))
                {
                    return InputOutcome.Disconnected;
                }

                try
                {
                    return Count(await acknowledged.Task.WaitAsync(options.InputAckTimeout, time, ct) ? InputOutcome.Completed : InputOutcome.Disconnected);
                }
                catch (TimeoutException)
                {
                    Log.InputUnacknowledged(logger, identity, input, attempt, options.InputAttempts);
                }
            }

            ledger.Count(Tally.InputTimeouts);
            return InputOutcome.TimedOut;
        }
        finally
        {
            lock (_gate)
            {
                _acknowledged = null;
            }
        }
    }

    private InputOutcome Count(InputOutcome outcome)
    {
        if (outcome == InputOutcome.Completed)
        {
            ledger.Count(Tally.Inputs);
        }

        return outcome;
    }

    private async Task<Turn> TakeTurnAsync(CancellationToken ct)
    {
        TaskCompletionSource<bool> turn;
        lock (_gate)
        {
            if (_ended)
            {
                return Turn.Ended;
            }

            if (!_busy)
            {
                _busy = true;
                return Turn.Mine;
            }

            if (_waiting.Count >= options.MaxWaitingInputs)
            {
                return Turn.Busy;
            }

            turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        await using var registration = ct.UnsafeRegister(static (state, token) => ((TaskCompletionSource<bool>)state!).TrySetCanceled(token), turn);
        return await turn.Task ? Turn.Mine : Turn.Ended;
    }

    private void GiveTurn()
    {
        lock (_gate)
        {
            // Those who gave up waiting do not take their turn.
            while (_waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult(true))
                {
                    return;
                }
            }

            _busy = false;
        }
    }

    private enum Turn
    {
        Mine,
        Busy,
        Ended,
    }
}
