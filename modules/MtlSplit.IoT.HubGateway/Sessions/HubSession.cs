using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Topics;

namespace MtlSplit.IoT.HubGateway.Sessions;

/// <summary>One client as the gateway knows it: what it has subscribed to and its connection, if any. Thread-safe.</summary>
internal sealed class HubSession(HubIdentity identity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Grant> _filters = new(StringComparer.Ordinal);
    private TaskCompletionSource? _inside;
    private volatile ClientConnection? _current;
    private bool _known;
    private bool _persistent;

    public HubIdentity Identity => identity;

    /// <summary>The connection that can be written to; null while there is none.</summary>
    public ClientConnection? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>The newest connection, which may still wait for the older one's end. Touched under the book's lock only.</summary>
    public ClientConnection? Latest { get; set; }

    /// <summary>The session's place among the remembered. Touched under the book's lock only.</summary>
    public LinkedListNode<HubSession>? Remembered { get; set; }

    public bool Persistent
    {
        get
        {
            lock (_gate)
            {
                return _persistent;
            }
        }
    }

    /// <summary>Waits until the connection before has ended. One at a time is inside.</summary>
    public async Task EnterAsync(CancellationToken ct)
    {
        while (true)
        {
            Task gone;
            lock (_gate)
            {
                if (_inside is null)
                {
                    _inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    return;
                }

                gone = _inside.Task;
            }

            await gone.WaitAsync(ct);
        }
    }

    /// <summary>The connection that was inside has ended.</summary>
    public void Exit()
    {
        TaskCompletionSource? inside;
        lock (_gate)
        {
            inside = _inside;
            _inside = null;
        }

        inside?.SetResult();
    }

    /// <summary>Begins a connection's time.</summary>
    /// <param name="clean">Forget what was before, and afterwards what is now.</param>
    /// <param name="forgot">Subscriptions were forgotten by it.</param>
    /// <returns>Whether the session was remembered.</returns>
    public bool Open(bool clean, out bool forgot)
    {
        lock (_gate)
        {
            var remembered = _known && _persistent && !clean;
            forgot = !remembered && _filters.Count > 0;
            if (!remembered)
            {
                _filters.Clear();
            }

            _known = true;
            _persistent = !clean;
            return remembered;
        }
    }

    /// <summary>Takes over what another gateway, or this one before, remembered.</summary>
    public void Restore(SessionSubscriptions subscriptions)
    {
        lock (_gate)
        {
            _known = true;
            _persistent = true;
            _filters.Clear();
            foreach (var (filter, qos) in subscriptions.Filters)
            {
                if (HubFilter.TryParse(filter, identity, out var kind))
                {
                    _filters[filter] = new Grant(kind, Math.Min(qos, (byte)1));
                }
            }
        }
    }

    /// <summary>Adds a filter, or changes its QoS. False where there are as many as may be.</summary>
    public bool TrySubscribe(string filter, HubFilterKind kind, byte qos, int limit)
    {
        lock (_gate)
        {
            if (_filters.Count >= limit && !_filters.ContainsKey(filter))
            {
                return false;
            }

            _filters[filter] = new Grant(kind, qos);
            return true;
        }
    }

    public bool Unsubscribe(string filter)
    {
        lock (_gate)
        {
            return _filters.Remove(filter);
        }
    }

    /// <summary>The QoS that a kind of message is sent with; null where the client has not subscribed to it.</summary>
    public byte? QosOf(HubFilterKind kind)
    {
        lock (_gate)
        {
            byte? qos = null;
            foreach (var grant in _filters.Values)
            {
                if (grant.Kind == kind)
                {
                    qos = Math.Max(qos ?? 0, grant.Qos);
                }
            }

            return qos;
        }
    }

    public SessionSubscriptions Read()
    {
        lock (_gate)
        {
            return new SessionSubscriptions(identity, _persistent, [.. _filters.Select(filter => KeyValuePair.Create(filter.Key, filter.Value.Qos))]);
        }
    }

    private readonly record struct Grant(HubFilterKind Kind, byte Qos);
}
