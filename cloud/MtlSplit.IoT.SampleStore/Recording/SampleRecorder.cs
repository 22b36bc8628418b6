using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>
/// Records a fleet: features, predictions and labels go into the log in groups with one sync each and are acknowledged
/// after it; contract descriptors are kept beside. What cannot be read is counted, logged and put into quarantine. It owns the
/// store's folder until disposed; the bus is the caller's.
/// </summary>
public sealed class SampleRecorder : IDisposable
{
    private readonly IBusConnection _bus;
    private readonly RecorderOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SampleIntake _intake;
    private readonly DescriptorFolder _descriptors;
    private readonly SampleWriter _writer;
    private readonly SampleQuarantine _quarantine;
    private readonly List<BusDelivery> _group = [];

    // Full: the pumps wait, so the bus's own receive maximum holds the rest back at the broker.
    private readonly Channel<BusDelivery> _arrivals;

    // Full: a wake-up is already on its way, so another one is dropped.
    private readonly Channel<bool> _compactionDue = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Opens the store for writing.</summary>
    /// <exception cref="SampleStoreException">Another recorder writes to it, or its catalog is damaged.</exception>
    /// <exception cref="BusNameException">The fleet's or the group's name may not stand in a topic.</exception>
    public SampleRecorder(IBusConnection bus, RecorderOptions options, TimeProvider time, ILogger logger)
    {
        BusName.Require(options.Fleet, "fleet");
        _bus = bus;
        _options = options;
        _time = time;
        _logger = logger;
        var folder = new SampleFolder(options.DataFolder);
        _intake = new SampleIntake(options.Fleet);
        _descriptors = new DescriptorFolder(folder);
        _arrivals = Channel.CreateBounded<BusDelivery>(new BoundedChannelOptions(options.GroupMessages) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _writer = new SampleWriter(folder, options.Limits, time, logger, options.Sampling);
        _quarantine = new SampleQuarantine(options.DataFolder, time);
        Log.Started(logger, options.Fleet, folder.Root);
    }

    /// <summary>What it has done so far.</summary>
    public RecorderStatistics Statistics { get; } = new();

    /// <summary>Whether the broker has confirmed every subscription.</summary>
    public bool IsSubscribed { get; private set; }

    /// <summary>
    /// Subscribes and records until told to stop; then commits and acknowledges what it holds and turns the log into Parquet.
    /// </summary>
    /// <param name="ct">Ends the recording; that is not an error.</param>
    /// <exception cref="BusSubscribeException">The broker refuses a subscription.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var subscriptions = new List<IBusSubscription>();
        var compacting = CompactWhenDueAsync(stop.Token);
        var storing = StoreAsync(stop.Token);
        try
        {
            foreach (var (filter, retained) in Filters())
            {
                subscriptions.Add(await _bus.SubscribeAsync(filter, ct, retained));
            }

            IsSubscribed = true;
            await PumpAllAsync(subscriptions, storing, stop);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var subscription in subscriptions)
            {
                await subscription.DisposeAsync();
            }

            _arrivals.Writer.TryComplete();
            await storing;
            await compacting;
            Compact();
            Log.Stopped(_logger, Statistics.Messages, Statistics.Commits, Statistics.RefusedTotal);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _quarantine.Dispose();
    }

    private IEnumerable<(string Filter, bool Retained)> Filters()
    {
        string[] samples = [DataTopics.AllFeatures(_options.Fleet), DataTopics.AllPredictions(_options.Fleet), DataTopics.AllLabels(_options.Fleet)];
        return [(DataTopics.AllContracts(_options.Fleet), true), .. samples.Select(f => (_options.Group is { } group ? DataTopics.Shared(group, f) : f, false))];
    }

    private async Task PumpAllAsync(List<IBusSubscription> subscriptions, Task storing, CancellationTokenSource stop)
    {
        var pumps = subscriptions.Select(s => PumpAsync(s, stop.Token)).ToList();
        await Task.WhenAny([storing, .. pumps]);
        await stop.CancelAsync();
        await Task.WhenAll(pumps);
    }

    private async Task PumpAsync(IBusSubscription subscription, CancellationToken ct)
    {
        await foreach (var delivery in subscription.Deliveries.ReadAllAsync(ct))
        {
            await _arrivals.Writer.WriteAsync(delivery, ct);
        }
    }

    private async Task StoreAsync(CancellationToken stopping)
    {
        while (await _arrivals.Reader.WaitToReadAsync(CancellationToken.None))
        {
            Collect();
            if (!IsGroupFull && _writer.Pending > 0 && !stopping.IsCancellationRequested)
            {
                await PauseAsync(_options.GroupDelay, stopping);
                Collect();
            }

            if (!await CommitAsync(stopping) || !await QuarantineAsync(stopping))
            {
                return;
            }
        }
    }

    private bool IsGroupFull => _writer.Pending + _quarantine.Pending >= _options.GroupMessages || _writer.PendingBytes + _quarantine.PendingBytes >= _options.GroupBytes;

    private void Collect()
    {
        while (!IsGroupFull && _arrivals.Reader.TryRead(out var delivery))
        {
            var receivedAt = _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
            if (DataTopic.TryParse(delivery.Topic, out var topic) && topic.Kind == DataTopicKind.Contract)
            {
                KeepDescriptor(topic, delivery);
            }
            else if (_intake.Read(delivery, receivedAt, out var record, out var detail) is var bad && bad != BadSample.None)
            {
                _quarantine.Add(delivery, bad, detail);
            }
            else
            {
                _writer.Add(record);
                _group.Add(delivery);
            }
        }
    }

    private void KeepDescriptor(in DataTopic topic, BusDelivery delivery)
    {
        try
        {
            if (delivery.Payload.IsEmpty)
            {
                // Somebody cleared the retained descriptor; the stored features still need it.
                delivery.Acknowledge();
                return;
            }

            if (!ContractId.TryParse(topic.Leaf, out var contract))
            {
                RefuseDescriptor(delivery, "the topic names no contract");
                return;
            }

            _descriptors.Keep(contract, delivery.Payload.Span);
            Statistics.OnContract();
            delivery.Acknowledge();
        }
        catch (DescriptorException e)
        {
            RefuseDescriptor(delivery, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not acknowledged: it is retained, and comes again with the next connection.
            Statistics.OnCommitFailure();
            Log.CommitFailed(_logger, 1, e);
        }
    }

    private void RefuseDescriptor(BusDelivery delivery, string detail)
    {
        // Not into quarantine: it is retained, so the broker has it still, and it comes with every connection.
        Statistics.OnRefused(BadSample.BadDescriptor);
        Log.Refused(_logger, delivery.Payload.Length, delivery.Topic, BadSample.BadDescriptor, detail);
        delivery.Acknowledge();
    }

    /// <summary>Commits the group and acknowledges it. Returns false where it could not and there is no more time to try.</summary>
    private async Task<bool> CommitAsync(CancellationToken stopping)
    {
        while (_group.Count > 0)
        {
            if (_writer.IsFull && !stopping.IsCancellationRequested)
            {
                Log.LogFull(_logger, _options.Limits.MaxLogBytes);
                _compactionDue.Writer.TryWrite(true);
                await PauseAsync(_options.RetryDelay, stopping);
                continue;
            }

            try
            {
                var started = _time.GetTimestamp();
                if (_writer.Commit())
                {
                    _compactionDue.Writer.TryWrite(true);
                }

                Statistics.OnCommit(_group.Count, _time.GetElapsedTime(started));
                _group.ForEach(d => d.Acknowledge());
                _group.Clear();
            }
            catch (IOException e)
            {
                Statistics.OnCommitFailure();
                Log.CommitFailed(_logger, _group.Count, e);
                if (stopping.IsCancellationRequested)
                {
                    return false;
                }

                await PauseAsync(_options.RetryDelay, stopping);
            }
        }

        return true;
    }

    /// <summary>
    /// Puts what may not enter the log into quarantine and acknowledges it. Nothing more is read until that is done: acknowledgements
    /// go out in order, so nothing behind it would be acknowledged either. Returns false where there is no more time to try.
    /// </summary>
    private async Task<bool> QuarantineAsync(CancellationToken stopping)
    {
        while (_quarantine.Pending > 0)
        {
            try
            {
                foreach (var kept in _quarantine.Commit())
                {
                    Statistics.OnRefused(kept.Reason);
                    Log.Refused(_logger, kept.Delivery.Payload.Length, kept.Delivery.Topic, kept.Reason, kept.Entry.Detail);
                    kept.Delivery.Acknowledge();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or QuarantineFullException)
            {
                Statistics.OnCommitFailure();
                Log.QuarantineFailed(_logger, _quarantine.Pending, _quarantine.Folder, e);
                if (stopping.IsCancellationRequested)
                {
                    return false;
                }

                await PauseAsync(_options.RetryDelay, stopping);
            }
        }

        return true;
    }

    private async Task CompactWhenDueAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _compactionDue.Reader.WaitToReadAsync(stopping).AsTask().WaitAsync(_options.Limits.CompactEvery, _time, stopping);
                _compactionDue.Reader.TryRead(out _);
            }
            catch (TimeoutException)
            {
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Compact();
        }
    }

    private void Compact()
    {
        try
        {
            _writer.Compact();
            Statistics.OnCompaction();
        }
        catch (Exception e)
        {
            // Whatever DuckDB or the disk came up with: the log is untouched, so nothing is lost by trying again later.
            Statistics.OnCompactionFailure();
            Log.CompactionFailed(_logger, e);
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, _time, stopping);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
