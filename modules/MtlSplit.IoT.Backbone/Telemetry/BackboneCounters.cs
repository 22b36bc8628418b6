using System.Diagnostics;
using System.Diagnostics.Metrics;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Hosting.Telemetry;

namespace MtlSplit.IoT.Backbone.Telemetry;

/// <summary>Counts what this process does, for its status and for its meter. Thread-safe; nothing is allocated per call.</summary>
internal sealed class BackboneCounters : IDisposable
{
    /// <summary>The source of spans; one span per frame, from capture to the broker's answer.</summary>
    public static readonly ActivitySource Spans = new(TelemetryNames.Backbone);

    private readonly Meter _meter;
    private readonly Counter<long> _capturedMetric;
    private readonly Counter<long> _droppedMetric;
    private readonly Counter<long> _unreadableMetric;
    private readonly Counter<long> _deliveredMetric;
    private readonly Counter<long> _givenUpMetric;
    private readonly Counter<long> _retriedMetric;
    private readonly Counter<long> _bytesMetric;
    private readonly Counter<long> _predictionsMetric;
    private readonly Histogram<double> _inferMetric;
    private readonly Histogram<double> _encodeMetric;
    private readonly Histogram<double> _latencyMetric;
    private readonly Dictionary<string, long> _givenUp = new(StringComparer.Ordinal);
    private long _captured;
    private long _dropped;
    private long _unreadable;
    private long _delivered;
    private long _bytes;
    private long _saturated;
    private long _elements;
    private long _predictions;

    public BackboneCounters(IMeterFactory meters)
    {
        _meter = meters.Create(TelemetryNames.Backbone);
        _capturedMetric = _meter.CreateCounter<long>("mtlsplit.backbone.frames.captured", "{frame}", "Frames captured.");
        _droppedMetric = _meter.CreateCounter<long>("mtlsplit.backbone.frames.dropped", "{frame}", "Frames dropped because newer ones were waiting.");
        _unreadableMetric = _meter.CreateCounter<long>("mtlsplit.backbone.frames.unreadable", "{frame}", "Images that could not be decoded.");
        _deliveredMetric = _meter.CreateCounter<long>("mtlsplit.backbone.features.delivered", "{feature}", "Features that the broker took and somebody subscribes to.");
        _givenUpMetric = _meter.CreateCounter<long>("mtlsplit.backbone.features.dropped", "{feature}", "Features given up, by reason.");
        _retriedMetric = _meter.CreateCounter<long>("mtlsplit.backbone.features.retried", "{feature}", "Publishes of features that had to be repeated.");
        _bytesMetric = _meter.CreateCounter<long>("mtlsplit.backbone.features.bytes", "By", "Encoded bytes of delivered features.");
        _predictionsMetric = _meter.CreateCounter<long>("mtlsplit.backbone.predictions.received", "{prediction}", "Predictions about this vehicle, read back.");
        _inferMetric = _meter.CreateHistogram("mtlsplit.backbone.infer.duration", "s", "Running the backbone on one frame.", advice: Short);
        _encodeMetric = _meter.CreateHistogram("mtlsplit.backbone.encode.duration", "s", "Encoding one feature.", advice: Short);
        _latencyMetric = _meter.CreateHistogram("mtlsplit.backbone.prediction.latency", "s", "From the capture of a frame to its prediction read back.", advice: Long);
        _meter.CreateObservableGauge("mtlsplit.backbone.features.saturated", () => SaturatedShare, "1", "Share of elements outside the quantiser's range.");
    }

    public long Captured => Interlocked.Read(ref _captured);

    public long Dropped => Interlocked.Read(ref _dropped);

    public long Unreadable => Interlocked.Read(ref _unreadable);

    public long Delivered => Interlocked.Read(ref _delivered);

    public long EncodedBytes => Interlocked.Read(ref _bytes);

    public long Predictions => Interlocked.Read(ref _predictions);

    public double SaturatedShare => Interlocked.Read(ref _elements) is > 0 and var all ? (double)Interlocked.Read(ref _saturated) / all : 0;

    private static InstrumentAdvice<double> Short { get; } = new() { HistogramBucketBoundaries = [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] };

    private static InstrumentAdvice<double> Long { get; } = new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] };

    /// <summary>Features given up so far, by reason.</summary>
    public Dictionary<string, long> GivenUp
    {
        get
        {
            lock (_givenUp)
            {
                return new Dictionary<string, long>(_givenUp, StringComparer.Ordinal);
            }
        }
    }

    public void FrameCaptured() => Add(ref _captured, _capturedMetric, 1);

    public void FrameDropped() => Add(ref _dropped, _droppedMetric, 1);

    public void FrameUnreadable() => Add(ref _unreadable, _unreadableMetric, 1);

    public void FeatureDelivered(int encodedBytes)
    {
        Add(ref _delivered, _deliveredMetric, 1);
        Add(ref _bytes, _bytesMetric, encodedBytes);
    }

    /// <summary>Returns how many were given up for this reason by now.</summary>
    public long FeatureGivenUp(string reason, long count = 1)
    {
        _givenUpMetric.Add(count, new KeyValuePair<string, object?>("reason", reason));
        lock (_givenUp)
        {
            return _givenUp[reason] = _givenUp.GetValueOrDefault(reason) + count;
        }
    }

    /// <summary>Shows on the meter what waits in the outbox.</summary>
    public void Watch(Func<OutboxStatistics> outbox, TimeProvider time)
    {
        _meter.CreateObservableGauge("mtlsplit.backbone.outbox.features", () => outbox().Features, "{feature}", "Features that are not delivered yet.");
        _meter.CreateObservableGauge("mtlsplit.backbone.outbox.bytes", () => outbox().Bytes, "By", "What they take, of memory or of the disk.");
        _meter.CreateObservableGauge(
            "mtlsplit.backbone.outbox.age", () => outbox() is { OldestAt: > 0 and var at } ? (UnixMicroseconds.Now(time) - at) / 1e6 : 0, "s", "Time since the oldest of them was captured.");
    }

    public void FeatureRetried() => _retriedMetric.Add(1);

    public void FeatureExtracted(TimeSpan infer, TimeSpan encode, int saturated, int elements)
    {
        Interlocked.Add(ref _saturated, saturated);
        Interlocked.Add(ref _elements, elements);
        _inferMetric.Record(infer.TotalSeconds);
        _encodeMetric.Record(encode.TotalSeconds);
    }

    /// <summary>A prediction was read back, so many seconds after its frame was captured.</summary>
    public void PredictionReceived(string task, double latency)
    {
        Interlocked.Increment(ref _predictions);
        var tag = new KeyValuePair<string, object?>("task", task);
        _predictionsMetric.Add(1, tag);
        _latencyMetric.Record(latency, tag);
    }

    public void Dispose() => _meter.Dispose();

    private static void Add(ref long own, Counter<long> shared, long count)
    {
        Interlocked.Add(ref own, count);
        shared.Add(count);
    }
}
