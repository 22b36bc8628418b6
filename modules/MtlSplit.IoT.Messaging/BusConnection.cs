using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Messaging.Connecting;
using MtlSplit.IoT.Messaging.Publishing;
using MtlSplit.IoT.Messaging.Receiving;
using MtlSplit.IoT.Messaging.Telemetry;
using Polly;
using Polly.CircuitBreaker;

namespace MtlSplit.IoT.Messaging;

/// <summary>The connection to an MQTT broker: see <see cref="IBusConnection"/>.</summary>
public sealed partial class BusConnection : IBusConnection
{
    /// <summary>A connection that lived shorter counts as a failure: two clients of one name throw each other out for ever otherwise at full speed.</summary>
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(2);

    private readonly BusOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkSignal _work = new();
    private readonly BusCounters _counters = new();
    private readonly Outbox _outbox;
    private readonly SubscriptionTable _subscriptions;
    private readonly ResiliencePipeline _pipeline;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();

    // Only the latest states matter to a listener that is this slow.
    private readonly Channel<BusState> _states =
        Channel.CreateBounded<BusState>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkSession? _session;
    private BusConnectException? _refusal;
    private string _lastFailure = "not started";
    private Task _running = Task.CompletedTask;
    private Task? _closing;
    private BusState _state;
    private bool _started;
    private bool _everConnected;
    private bool _leaving;

    /// <summary>Makes a connection that is not started yet.</summary>
    /// <param name="options">Where, as whom, and how. Copied.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where losses and recoveries are told.</param>
    /// <exception cref="ArgumentException">Settings are missing or out of range; the message names each.</exception>
    public BusConnection(BusOptions options, TimeProvider time, ILogger logger)
    {
        BusOptionsCheck.Require(options);
        _options = options with { };
        _time = time;
        _logger = logger;
        _outbox = new Outbox(_options, time, _work);
        _subscriptions = new SubscriptionTable(time, _counters, _options.QosZeroQueue);
        _pipeline = ConnectPipeline.Build(_options, time, OnConnectFailed);
    }

    /// <inheritdoc/>
    public event Action<BusState>? StateChanged;

    /// <inheritdoc/>
    public BusState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>What it has done so far.</summary>
    public BusStatistics Statistics => _counters.Read();

    /// <inheritdoc/>
    public void Start()
    {
        lock (_gate)
        {
            if (_started || _state == BusState.Closed)
            {
                return;
            }

            _started = true;
            _lastFailure = "no attempt has ended yet";
            _running = Task.WhenAll(Task.Run(HealAsync), Task.Run(WatchAsync), Task.Run(TellAsync));
        }
    }

    /// <inheritdoc/>
    public async Task WhenConnectedAsync(CancellationToken ct)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_state == BusState.Closed, this);
                if (_state == BusState.Connected)
                {
                    return;
                }

                if (_refusal is not null)
                {
                    throw _refusal.Again();
                }

                change = _changed.Task;
            }

            try
            {
                await change.WaitAsync(ct);
            }
            catch (OperationCanceledException cancelled)
            {
                throw new OperationCanceledException(
                    $"Client '{_options.ClientId}' is not connected to {_options.Host}:{_options.Port}: {_lastFailure}", cancelled, ct);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<Task<PublishResult>> PublishAsync(BusMessage message, CancellationToken ct) => _outbox.AcceptAsync(message, ct);

    /// <inheritdoc/>
    public async Task<IBusSubscription> SubscribeAsync(string filter, CancellationToken ct, bool retainedToo = true, BusQos qos = BusQos.AtLeastOnce)
    {
        if (!TopicFilter.TryParse(filter, out var topics, out var fault))
        {
            throw new BusSubscribeException(filter, BusReasons.TopicFilterInvalid, fault);
        }

        var subscription = new Subscription(topics, retainedToo, qos, _options, LeaveAsync, s => _subscriptions.End(s));
        LinkSession? session;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_state == BusState.Closed, this);
            if (!_subscriptions.TryAdd(subscription))
            {
                throw new BusSubscribeException(filter, 0x91, "this connection already subscribes to it");
            }

            session = _session;
        }

        if (session is not null)
        {
            _ = RenewAsync(session, subscription);
        }

        try
        {
            await subscription.Confirmed.Task.WaitAsync(ct);
            return subscription;
        }
        catch (OperationCanceledException)
        {
            if (_subscriptions.TryMove(subscription, SubscriptionState.Wanted, SubscriptionState.Leaving)
                || _subscriptions.TryMove(subscription, SubscriptionState.Active, SubscriptionState.Leaving))
            {
                _ = UnsubscribeNowAsync(subscription);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync(TimeSpan drain, CancellationToken ct)
    {
        lock (_gate)
        {
            return _closing ??= CloseOnceAsync(drain, ct);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAbruptlyAsync()
    {
        LinkSession? session;
        lock (_gate)
        {
            session = _session;
            _leaving = true;
            _closing ??= Task.CompletedTask;
        }

        session?.Abort("dropped");
        await EndAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(TimeSpan.Zero, CancellationToken.None);
        await EndAsync();
    }

    private async Task CloseOnceAsync(TimeSpan drain, CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            if (drain > TimeSpan.Zero)
            {
                await _outbox.DrainAsync().WaitAsync(drain, _time, ct);
            }
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // What has no answer by now ends as Closed.
        }

        LinkSession? session;
        lock (_gate)
        {
            session = _session;
            _leaving = true;
        }

        await _stop.CancelAsync();
        if (session is not null)
        {
            await session.LeaveAsync(TimeSpan.FromSeconds(1));
        }

        await EndAsync();
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        _outbox.Close();
        SetState(BusState.Closed);
        _states.Writer.TryComplete();
        await _running;
        foreach (var subscription in _subscriptions.Snapshot())
        {
            subscription.Confirmed.TrySetException(new ObjectDisposedException(nameof(BusConnection)));
            _subscriptions.End(subscription);
        }
    }

    /// <summary>Connects, stays until the connection is lost, and begins again.</summary>
    private async Task HealAsync()
    {
        var shortLives = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var born = await ConnectAsync();
                var session = Adopt(born);
                var began = _time.GetTimestamp();
                var running = session.RunAsync();
                try
                {
                    await RestoreAsync(session);
                }
                catch (Exception error)
                {
                    session.Abort(error.Message);
                }

                Retire(session, await running);
                shortLives = _time.GetElapsedTime(began) < ShortLife ? shortLives + 1 : 0;
                if (shortLives > 1)
                {
                    var pause = _options.RetryDelay * Math.Pow(2, Math.Min(shortLives - 2, 16));
                    await Task.Delay(pause < _options.MaxRetryDelay ? pause : _options.MaxRetryDelay, _time, _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Log.LoopFailed(_logger, error);
            }
        }
    }

    private async Task<(PacketWire Wire, BrokerLimits Limits, DateTimeOffset? RenewAt)> ConnectAsync() => await _pipeline.ExecuteAsync(
        static async (self, ct) => await Handshake.ConnectAsync(
            self._options, await self.CredentialsAsync(ct), self._options.CleanStart && !self._everConnected, ct),
        this,
        _stop.Token);

    private LinkSession Adopt((PacketWire Wire, BrokerLimits Limits, DateTimeOffset? RenewAt) born)
    {
        var session = new LinkSession(_options, _time, born, _outbox, _subscriptions, _work, _counters, _logger);
        lock (_gate)
        {
            foreach (var (filter, dropped) in _subscriptions.Connected(born.Limits.SessionPresent))
            {
                Log.OrphansDropped(_logger, dropped, filter);
            }

            _session = session;
            _refusal = null;
            if (_leaving)
            {
                session.Abort("closed");
            }
        }

        if (_everConnected)
        {
            _counters.AddReconnect();
        }

        _everConnected = true;
        var again = _outbox.Connected(born.Limits);
        Log.Connected(_logger, _options.Host, _options.Port, _options.ClientId, born.Limits.SessionPresent, again);
        return session;
    }

    private void Retire(LinkSession session, string reason)
    {
        _outbox.Disconnected();
        lock (_gate)
        {
            _session = null;
            _lastFailure = reason;
        }

        if (!_stop.IsCancellationRequested)
        {
            if (session.Renewing)
            {
                Log.Renewing(_logger, _options.Host, _options.Port, _options.ClientId);
            }
            else
            {
                Log.Lost(_logger, _options.Host, _options.Port, reason);
            }

            SetState(BusState.Disconnected);
        }
    }

    /// <summary>Watches the clock: publishes past their time, silent connections, messages for nobody.</summary>
    private async Task WatchAsync()
    {
        var shortest = new[] { _options.PublishTimeout, _options.AnswerTimeout ?? TimeSpan.Zero, _options.KeepAlive, TimeSpan.FromSeconds(2) }.Where(t => t > TimeSpan.Zero).Min();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Max(10, (shortest / 8).TotalMilliseconds)), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                LinkSession? session;
                lock (_gate)
                {
                    session = _session;
                }

                if (_outbox.Expire())
                {
                    session?.Abort($"a publish had no answer within {_options.AnswerTimeout ?? _options.PublishTimeout}");
                }

                session?.Tick();
                if (session?.BeginsRenewal() == true)
                {
                    _ = ReplaceAsync(session);
                }

                var (count, topic) = _subscriptions.DropUnrouted();
                if (count > 0)
                {
                    Log.Unrouted(_logger, count, topic);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private async Task TellAsync()
    {
        await foreach (var state in _states.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                StateChanged?.Invoke(state);
            }
            catch (Exception error)
            {
                Log.ListenerFailed(_logger, error);
            }
        }
    }

    private void OnConnectFailed(int attempt, TimeSpan delay, Exception? error)
    {
        Log.ConnectFailed(_logger, attempt + 1, _options.Host, _options.Port, delay, error?.Message);
        lock (_gate)
        {
            if (error is not BrokenCircuitException)
            {
                _lastFailure = error?.Message ?? "unknown";
                _refusal = error is BusConnectException { IsPermanent: true } refusal ? refusal : null;
                Pulse();
            }
        }
    }

    private void SetState(BusState state)
    {
        lock (_gate)
        {
            if (_state == state || _state == BusState.Closed)
            {
                return;
            }

            _state = state;
            _states.Writer.TryWrite(state);
            Pulse();
        }
    }

    private void Pulse()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
