using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubGateway.Sessions;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.HubProtocol.Topics;

namespace MtlSplit.IoT.HubGateway.Delivering;

/// <summary>Calls clients' methods and finds the call that an answer belongs to, over a new connection too. Thread-safe.</summary>
internal sealed class MethodDesk(SessionBook sessions, GatewayOptions options, TimeProvider time, Ledger ledger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Call> _calls = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<HubIdentity, int> _open = [];
    private readonly Dictionary<HubIdentity, TaskCompletionSource> _changes = [];

    public async ValueTask<MethodResult> InvokeAsync(HubIdentity identity, MethodRequest request, CancellationToken ct)
    {
        if (request.Check() is { } wrong)
        {
            throw new HubException(HubErrors.ArgumentInvalid, wrong);
        }

        // Not guessable and never used twice: a client that was away may still hold answers to calls of a gateway before this one.
        var rid = Guid.NewGuid().ToString("N");
        var call = new Call(identity);
        Open(rid, call);
        try
        {
            await SendAsync(identity, request, rid, ct);
            return await call.Answer.Task.WaitAsync(request.ResponseTimeout, time, ct);
        }
        catch (TimeoutException)
        {
            ledger.Count(Tally.MethodTimeouts);
            throw new HubException(HubErrors.GatewayTimeout, $"{identity} did not answer method '{request.Name}' within {request.ResponseTimeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            Close(rid, identity);
        }
    }

    /// <summary>An answer has come; one that nobody waits for, or of another client, is passed over.</summary>
    public void Answer(HubIdentity identity, string rid, int status, ReadOnlySpan<byte> body)
    {
        Call? call;
        lock (_gate)
        {
            if (!_calls.TryGetValue(rid, out call) || call.Identity != identity)
            {
                return;
            }
        }

        try
        {
            if (call.Answer.TrySetResult(MethodResult.FromPayload(status, body)))
            {
                ledger.Count(Tally.MethodCalls);
            }
        }
        catch (HubException e)
        {
            call.Answer.TrySetException(e);
        }
    }

    /// <summary>A client has connected or subscribed: calls that wait for it look again.</summary>
    public void Announce(HubIdentity identity)
    {
        TaskCompletionSource? change;
        lock (_gate)
        {
            _changes.Remove(identity, out change);
        }

        change?.TrySetResult();
    }

    private async Task SendAsync(HubIdentity identity, MethodRequest request, string rid, CancellationToken ct)
    {
        var body = request.ToPayloadUtf8();
        var topic = HubTopics.MethodRequest(request.Name, rid);
        var began = time.GetTimestamp();
        while (true)
        {
            // Asked for before the look, so that no change falls between.
            var changed = Changed(identity);
            if (sessions.TryFind(identity, out var session) && session.Current is { IsEnding: false } connection && session.QosOf(HubFilterKind.MethodRequests) is not null
                && connection.Send(topic, body))
            {
                return;
            }

            var left = request.ConnectTimeout - time.GetElapsedTime(began);
            try
            {
                if (left > TimeSpan.Zero)
                {
                    await changed.WaitAsync(left, time, ct);
                    continue;
                }
            }
            catch (TimeoutException)
            {
                // Nobody came: the same as not having waited.
            }

            ledger.Count(Tally.MethodsUnreachable);
            throw new HubException(HubErrors.DeviceNotOnline, $"{identity} is not connected, or has not subscribed to its methods; waited {request.ConnectTimeout.TotalSeconds:0.#} s.");
        }
    }

    private Task Changed(HubIdentity identity)
    {
        lock (_gate)
        {
            if (!_changes.TryGetValue(identity, out var change))
            {
                change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _changes.Add(identity, change);
            }

            return change.Task;
        }
    }

    private void Open(string rid, Call call)
    {
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(call.Identity);
            if (open < options.MaxPendingMethods)
            {
                _open[call.Identity] = open + 1;
                _calls.Add(rid, call);
                return;
            }
        }

        ledger.Count(Tally.MethodsUnreachable);
        throw new HubException(HubErrors.ThrottlingException, $"{call.Identity} has {options.MaxPendingMethods} calls open already.");
    }

    private void Close(string rid, HubIdentity identity)
    {
        lock (_gate)
        {
            _calls.Remove(rid);
            if (--_open[identity] == 0)
            {
                _open.Remove(identity);

                // Nobody waits for it any more.
                _changes.Remove(identity);
            }
        }
    }

    private sealed class Call(HubIdentity identity)
    {
        public HubIdentity Identity => identity;

        public TaskCompletionSource<MethodResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
