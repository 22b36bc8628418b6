using System.Globalization;
using System.Threading.Channels;
using MtlSplit.IoT.HubProtocol.Routes;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;

/// <summary>
/// What waits for one endpoint, on disk: a journal for each priority, bounded in bytes, the oldest dropped when one is full. Messages leave by
/// priority, then in the order they came; one counts as delivered when <see cref="Complete"/> says so. Thread-safe; one reader.
/// </summary>
internal sealed class EndpointQueue : IDisposable
{
    private readonly SortedDictionary<int, PriorityLane> _lanes = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string, long> _dropped;
    private bool _disposed;

    /// <summary>Opens what is on disk.</summary>
    /// <param name="sink">The endpoint.</param>
    /// <param name="folder">Its folder, made where missing.</param>
    /// <param name="maxBytes">Bytes of each priority.</param>
    /// <param name="time">The clock.</param>
    /// <param name="dropped">Counts what is dropped, by reason.</param>
    public EndpointQueue(RouteSink sink, string folder, long maxBytes, TimeProvider time, Action<string, long> dropped)
    {
        (Sink, _folder, _time, _dropped) = (sink, folder, time, dropped);
        _options = new JournalOptions { MaxBytes = Math.Max(maxBytes, JournalOptions.LeastMaxBytes) };
        foreach (var lane in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            if (int.TryParse(Path.GetFileName(lane), NumberStyles.None, CultureInfo.InvariantCulture, out var priority))
            {
                LaneOf(priority);
            }
        }
    }

    public RouteSink Sink { get; }

    /// <summary>Messages that wait, the expired ones that nobody has looked at included.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _lanes.Values.Sum(lane => lane.Journal.Statistics.Records);
            }
        }
    }

    /// <summary>Takes a message; it survives the end of the process when this returns.</summary>
    /// <exception cref="IOException">The disk is full or failed: the message is not here.</exception>
    public void Append(int priority, StoredMessage message)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var lane = LaneOf(priority);
            var payload = message.ToBytes();
            if (payload.Length > _options.MaxPayloadBytes)
            {
                _dropped("too large", 1);
                return;
            }

            var result = lane.Journal.Append(StoredMessage.Kind, payload);
            if (result.Dropped > 0)
            {
                _dropped("full", result.Dropped);
            }

            if (result.Outcome != AppendOutcome.Appended)
            {
                throw new IOException($"A message for {Sink} cannot be kept: {lane.Journal.LastFailure}");
            }
        }

        Signal();
    }

    /// <summary>The next messages, all of the best priority that has any; those past their time are dropped.</summary>
    public IReadOnlyList<StoredMessage> Look(int count)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (_disposed)
            {
                return [];
            }

            foreach (var lane in _lanes.Values)
            {
                do
                {
                    foreach (var expired in lane.Ahead.Where(message => message.Expires <= now).ToList())
                    {
                        lane.Complete(expired);
                        _dropped("expired", 1);
                    }

                    lane.Fill(count, reason => _dropped(reason, 1));
                }
                while (lane.Ahead.Any(message => message.Expires <= now));

                if (lane.Ahead.Count > 0)
                {
                    return [.. lane.Ahead.Take(count)];
                }
            }

            return [];
        }
    }

    /// <summary>A message is done with.</summary>
    public void Complete(StoredMessage message)
    {
        lock (_gate)
        {
            // What is not completed comes again after a restart.
            if (!_disposed)
            {
                _lanes.Values.FirstOrDefault(lane => lane.Ahead.Contains(message))?.Complete(message);
            }
        }
    }

    /// <summary>Something changed for this endpoint: it is worth another try.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Waits for <see cref="Signal"/>, or for so long.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        using var over = new CancellationTokenSource(longest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ct);
        try
        {
            await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Time for another look.
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var lane in _lanes.Values)
            {
                lane.Dispose();
            }
        }
    }

    private PriorityLane LaneOf(int priority)
    {
        if (!_lanes.TryGetValue(priority, out var lane))
        {
            var folder = Path.Combine(_folder, priority.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(folder);
            lane = _lanes[priority] = new PriorityLane(Journal.Open(DiskFileSystem.Instance, folder, _options, _time));
        }

        return lane;
    }
}
