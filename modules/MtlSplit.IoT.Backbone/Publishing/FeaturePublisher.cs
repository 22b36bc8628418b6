using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>
/// Publishes features, several in flight, in the order that the <see cref="Outbox"/> says. A contract's descriptor goes before the first of its features,
/// and again after every reconnect. While nobody subscribes, one feature at a time is offered with growing pauses and the rest waits; so it is with features
/// that the broker has no room for. Whatever is published a second time says that it is late.
/// </summary>
internal sealed class FeaturePublisher : IFeatureSink
{
    // Whole stretches are given up at once; one line in so many says it.
    private const int LogEvery = 1000;

    private readonly IBusConnection _bus;
    private readonly int _window;
    private readonly BackboneOptions _options;
    private readonly BackboneCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Outbox _outbox;
    private readonly HashSet<ContractId> _announced = [];
    private volatile PublishedContract _contract;
    private FeatureOrigin? _origin;
    private ulong _sequence;
    private volatile bool _connected = true;
    private volatile bool _draining;
    private volatile bool _paused;
    private TimeSpan _pause;
    private long _pausedAt;
    private OutboxFeature? _probe;
    private Exception? _failure;

    /// <summary>The caller starts and closes the bus.</summary>
    /// <param name="bus">The way to the broker.</param>
    /// <param name="contract">What features are made with.</param>
    /// <param name="store">Where they wait; the caller disposes of it.</param>
    /// <param name="window">How many features may be in flight.</param>
    /// <param name="options">Pauses and bounds.</param>
    /// <param name="counters">Where outcomes are counted.</param>
    /// <param name="time">The clock of pauses and of freshness.</param>
    /// <param name="log">Where losses are told.</param>
    public FeaturePublisher(
        IBusConnection bus, PublishedContract contract, IFeatureStore store, int window, BackboneOptions options, BackboneCounters counters, TimeProvider time, ILogger<FeaturePublisher> log)
    {
        (_bus, _contract, _window, _options, _counters, _time, _log) = (bus, contract, window, options, counters, time, log);
        _outbox = new Outbox(store, options.FreshFor, window, time, GiveUp);
        _outbox.Keep(contract);
        _pause = options.RetryDelay;
        bus.StateChanged += OnStateChanged;
    }

    /// <summary>Features not yet taken by the broker.</summary>
    public int Waiting => _outbox.Count;

    /// <summary>What waits.</summary>
    public OutboxStatistics Statistics => _outbox.Statistics;

    /// <inheritdoc/>
    public void Accept(in ExtractedFeature feature)
    {
        if (feature.Tensor.IsEmpty)
        {
            Count(DropReason.NotFinite, 1, feature.Frame, feature.Span);
            return;
        }

        if (!ReferenceEquals(feature.Origin, _origin))
        {
            Follow(feature.Origin);
        }

        var message = new FeatureMessage(feature.Frame, feature.CapturedAt, _sequence++, feature.Encoding, feature.Tensor, Late: false);
        _outbox.Add(new OutboxFeature
        {
            Contract = _contract,
            Frame = feature.Frame,
            CapturedAt = feature.CapturedAt,
            Payload = OutboxFeature.Write(message),
            EncodedBytes = feature.Tensor.Length,
            Span = feature.Span,
        });
    }

    /// <summary>Publishes until <see cref="Finish"/> has emptied the outbox or the token ends it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (!_draining || _outbox.Count > 0)
            {
                if (_connected)
                {
                    // A broker that restarted may have lost what was announced.
                    _connected = false;
                    _announced.Clear();
                    await AnnounceAsync(_contract, ct);
                }

                if (MayTake(out var wait) && _outbox.Take() is { } feature)
                {
                    _probe = _paused ? feature : null;
                    await SendAsync(feature, ct);
                }
                else
                {
                    await WaitAsync(wait, ct);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // What is left is counted by whoever ended this.
        }
    }

    /// <summary>No more features come: lets <see cref="RunAsync"/> end when those held are delivered.</summary>
    public void Finish()
    {
        _draining = true;
        _outbox.Wake();
    }

    /// <summary>
    /// Counts what is lost because it was not delivered. Call it when <see cref="RunAsync"/> has ended and the bus is closed, so that nothing stays in flight.
    /// </summary>
    public async Task GiveUpTheRestAsync(CancellationToken ct)
    {
        while (_outbox.InFlight > 0)
        {
            await _outbox.ChangedAsync(ct);
        }

        _outbox.GiveUpTheRest(DropReason.Stopped);
        if (_outbox is { Lasts: true, Count: > 0 })
        {
            Log.FeaturesKept(_log, _outbox.Count);
        }
    }

    // Features from now on are of this contract; those that wait keep theirs.
    private void Follow(FeatureOrigin origin)
    {
        _origin = origin;
        if (origin.Contract != _contract.Contract)
        {
            var contract = PublishedContract.Of(_options, origin.Contract, origin.Descriptor);
            _outbox.Keep(contract);
            _contract = contract;
        }
    }

    private void OnStateChanged(BusState state)
    {
        if (state == BusState.Connected)
        {
            _connected = true;
            _outbox.Wake();
        }
    }

    // Readers of a feature must find its descriptor. Where it is lost, they may have it from before.
    private async Task AnnounceAsync(PublishedContract contract, CancellationToken ct)
    {
        var pause = _options.RetryDelay;
        while (_announced.Add(contract.Contract) && contract.Descriptor is { } descriptor)
        {
            var result = await (await _bus.PublishAsync(descriptor, ct)).WaitAsync(ct);
            if (result.Outcome is PublishOutcome.Delivered or PublishOutcome.NoSubscriber)
            {
                return;
            }

            _announced.Remove(contract.Contract);
            Log.DescriptorRefused(_log, result);
            await Task.Delay(pause, _time, ct);
            pause = Longer(pause);
        }
    }

    private bool MayTake(out TimeSpan? wait)
    {
        wait = null;
        if (_failure is { } failure)
        {
            throw new InvalidOperationException("The outcome of a publish could not be settled.", failure);
        }

        if (!_paused)
        {
            return _outbox.InFlight < _window;
        }

        if (_outbox.InFlight > 0)
        {
            return false;
        }

        var left = _pause - _time.GetElapsedTime(Interlocked.Read(ref _pausedAt));
        wait = left > TimeSpan.Zero ? left : null;
        return wait is null;
    }

    private async Task WaitAsync(TimeSpan? most, CancellationToken ct)
    {
        if (most is not { } pause)
        {
            await _outbox.ChangedAsync(ct);
            return;
        }

        await Task.Delay(pause, _time, ct);
    }

    private async Task SendAsync(OutboxFeature feature, CancellationToken ct)
    {
        Task<PublishResult> outcome;
        try
        {
            await AnnounceAsync(feature.Contract, ct);
            var message = TraceProperties.Inject(new BusMessage(feature.Contract.Topic, feature.Payload), feature.Span);
            outcome = await _bus.PublishAsync(message, ct);
        }
        catch
        {
            _outbox.PutBack(feature);
            throw;
        }

        _ = SettleAsync(feature, outcome);
    }

    // Runs on its own until the broker answers; a failure in it reaches RunAsync.
    private async Task SettleAsync(OutboxFeature feature, Task<PublishResult> outcome)
    {
        try
        {
            var result = await outcome;
            switch (result.Outcome)
            {
                case PublishOutcome.Delivered:
                    Deliver(feature);
                    break;
                case PublishOutcome.NoSubscriber:
                case PublishOutcome.Refused when result.ReasonCode is BusReasons.QuotaExceeded:
                    Pause(feature, result);
                    Retry(feature);
                    break;
                case PublishOutcome.Refused:
                    GiveUp(new Loss(DropReason.Refused(result.ReasonCode), 1, feature));
                    _outbox.Settle(feature);
                    break;
                default:
                    // No answer: it may have arrived, so readers may see it twice and know it by its frame.
                    Retry(feature);
                    break;
            }
        }
        catch (Exception e)
        {
            _failure = e;
            _outbox.Wake();
        }
    }

    private void Deliver(OutboxFeature feature)
    {
        _counters.FeatureDelivered(feature.EncodedBytes);
        feature.Span?.Dispose();
        if (_paused)
        {
            Log.SubscriberBack(_log);
            (_paused, _pause) = (false, _options.RetryDelay);
        }

        _outbox.Settle(feature);
    }

    private void Pause(OutboxFeature feature, PublishResult result)
    {
        if (!_paused)
        {
            if (result.Outcome == PublishOutcome.NoSubscriber)
            {
                Log.NoSubscriber(_log);
            }

            _pause = _options.RetryDelay;
        }
        else if (feature == _probe)
        {
            _pause = Longer(_pause);
        }

        Interlocked.Exchange(ref _pausedAt, _time.GetTimestamp());
        _paused = true;
    }

    private void Retry(OutboxFeature feature)
    {
        _counters.FeatureRetried();
        feature.MarkLate();
        _outbox.PutBack(feature);
    }

    private void GiveUp(Loss loss) => Count(loss.Reason, loss.Count, loss.Feature?.Frame, loss.Feature?.Span);

    private void Count(string reason, long lost, FrameId? frame, Activity? span)
    {
        var count = _counters.FeatureGivenUp(reason, lost);
        if (count == lost || count / LogEvery != (count - lost) / LogEvery)
        {
            Log.FeaturesGivenUp(_log, lost, frame?.ToString() ?? "not known", reason, count);
        }

        span?.SetStatus(ActivityStatusCode.Error, reason);
        span?.Dispose();
    }

    private TimeSpan Longer(TimeSpan pause) => pause * 2 < _options.MaxRetryDelay ? pause * 2 : _options.MaxRetryDelay;
}
