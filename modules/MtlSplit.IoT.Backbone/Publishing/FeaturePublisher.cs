using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>
/// Publishes features in order, several in flight. The contract's descriptor goes first, and again after every reconnect. While
/// nobody subscribes, one feature at a time is offered with growing pauses and the rest waits; so it is with features that the
/// broker has no room for. Whatever is published a second time says that it is late.
/// </summary>
internal sealed class FeaturePublisher : IFeatureSink
{
    // Whole stretches are given up at once; one line in so many says it.
    private const int LogEvery = 1000;

    private readonly IBusConnection _bus;
    private readonly string _topic;
    private readonly BusMessage _descriptor;
    private readonly int _window;
    private readonly BackboneOptions _options;
    private readonly BackboneCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Outbox _outbox;
    private ulong _sequence;
    private volatile bool _announce = true;
    private volatile bool _draining;
    private volatile bool _paused;
    private TimeSpan _pause;
    private long _pausedAt;
    private OutboxFeature? _probe;
    private Exception? _failure;

    /// <summary>The caller starts and closes the bus. <paramref name="window"/> is how many features may be in flight.</summary>
    public FeaturePublisher(
        IBusConnection bus, string topic, BusMessage descriptor, int window, BackboneOptions options, BackboneCounters counters, TimeProvider time, ILogger<FeaturePublisher> log)
    {
        (_bus, _topic, _descriptor, _window, _options, _counters, _time, _log) = (bus, topic, descriptor, window, options, counters, time, log);
        _outbox = new Outbox(options.OutboxFeatures);
        _pause = options.RetryDelay;
        bus.StateChanged += OnStateChanged;
    }

    /// <summary>Features not yet taken by the broker.</summary>
    public int Waiting => _outbox.Count;

    /// <inheritdoc/>
    public void Accept(in ExtractedFeature feature)
    {
        if (feature.Tensor.IsEmpty)
        {
            GiveUp(feature.Frame, feature.Span, DropReason.NotFinite);
            return;
        }

        var message = new FeatureMessage(feature.Frame, feature.CapturedAt, _sequence++, feature.Encoding, feature.Tensor, Late: false);
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        var dropped = _outbox.Add(new OutboxFeature
        {
            Sequence = message.Sequence,
            Frame = feature.Frame,
            Payload = payload,
            EncodedBytes = feature.Tensor.Length,
            Span = feature.Span,
        });
        if (dropped is not null)
        {
            GiveUp(dropped.Frame, dropped.Span, DropReason.OutboxFull);
        }
    }

    /// <summary>Publishes until <see cref="Finish"/> has emptied the outbox or the token ends it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (!_draining || _outbox.Count > 0)
            {
                if (_announce)
                {
                    await AnnounceAsync(ct);
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

    /// <summary>Counts what could not be delivered. Call it when <see cref="RunAsync"/> has ended and the bus is closed, so that nothing stays in flight.</summary>
    public async Task GiveUpTheRestAsync(CancellationToken ct)
    {
        while (_outbox.InFlight > 0)
        {
            await _outbox.ChangedAsync(ct);
        }

        while (_outbox.Take() is { } feature)
        {
            GiveUp(feature.Frame, feature.Span, DropReason.Stopped);
            _outbox.Settle();
        }
    }

    private void OnStateChanged(BusState state)
    {
        if (state == BusState.Connected)
        {
            _announce = true;
            _outbox.Wake();
        }
    }

    // Readers of a feature must find its descriptor; a broker that restarted may have lost it.
    private async Task AnnounceAsync(CancellationToken ct)
    {
        var pause = _options.RetryDelay;
        _announce = false;
        while (true)
        {
            var result = await (await _bus.PublishAsync(_descriptor, ct)).WaitAsync(ct);
            if (result.Outcome is PublishOutcome.Delivered or PublishOutcome.NoSubscriber)
            {
                return;
            }

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
        var message = TraceProperties.Inject(new BusMessage(_topic, feature.Payload), feature.Span);
        Task<PublishResult> outcome;
        try
        {
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
                    GiveUp(feature.Frame, feature.Span, DropReason.Refused(result.ReasonCode));
                    _outbox.Settle();
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

        _outbox.Settle();
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

    private void GiveUp(FrameId frame, Activity? span, string reason)
    {
        var count = _counters.FeatureGivenUp(reason);
        if (count == 1 || count % LogEvery == 0)
        {
            Log.FeatureGivenUp(_log, frame, reason, count);
        }

        span?.SetStatus(ActivityStatusCode.Error, reason);
        span?.Dispose();
    }

    private TimeSpan Longer(TimeSpan pause) => pause * 2 < _options.MaxRetryDelay ? pause * 2 : _options.MaxRetryDelay;
}
