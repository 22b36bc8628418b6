using System.Diagnostics;
using System.Diagnostics.Metrics;
using MtlSplit.IoT.Hosting.Telemetry;

namespace MtlSplit.IoT.HeadConsumer.Status;

/// <summary>What a head consumer measures. Thread-safe.</summary>
internal sealed class HeadConsumerMetrics : IDisposable
{
    private readonly Meter _meter = new(TelemetryNames.HeadConsumer);
    private readonly Counter<long> _predictions;
    private readonly Counter<long> _quarantined;
    private readonly Counter<long> _swaps;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _queue;
    private readonly Histogram<double> _decode;
    private readonly Histogram<double> _infer;
    private readonly Histogram<double> _publish;
    private readonly KeyValuePair<string, object?> _task;
    private long _answered;

    public HeadConsumerMetrics(string task)
    {
        _task = new("task", task);
        _predictions = _meter.CreateCounter<long>("mtlsplit.head.predictions", "{prediction}", "Predictions that the broker took over.");
        _quarantined = _meter.CreateCounter<long>("mtlsplit.head.quarantined", "{feature}", "Features put into quarantine, by reason.");
        _swaps = _meter.CreateCounter<long>("mtlsplit.head.swaps", "{swap}", "Heads put into use while running.");
        _batch = _meter.CreateHistogram<int>("mtlsplit.head.batch.size", "{feature}", "Features that shared a run of the head.");
        _queue = _meter.CreateHistogram<double>("mtlsplit.head.queue.duration", "s", "From a feature's receipt to its run.");
        _decode = _meter.CreateHistogram<double>("mtlsplit.head.decode.duration", "s", "Decoding a batch.");
        _infer = _meter.CreateHistogram<double>("mtlsplit.head.infer.duration", "s", "Running the head on a batch.");
        _publish = _meter.CreateHistogram<double>("mtlsplit.head.publish.duration", "s", "From the end of the run to the broker's acknowledgement.");
    }

    /// <summary>Spans of predictions; they continue the vehicle's traces.</summary>
    public static ActivitySource Activities { get; } = new(TelemetryNames.HeadConsumer);

    /// <summary>Predictions that the broker took over.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    public void Published(TimeSpan duration)
    {
        Interlocked.Increment(ref _answered);
        _predictions.Add(1, _task);
        _publish.Record(duration.TotalSeconds, _task);
    }

    public void Quarantined(string reason) => _quarantined.Add(1, _task, new KeyValuePair<string, object?>("reason", reason));

    public void Swapped() => _swaps.Add(1, _task);

    public void Queued(TimeSpan duration) => _queue.Record(duration.TotalSeconds, _task);

    public void Ran(int batch, TimeSpan decode, TimeSpan infer)
    {
        _batch.Record(batch, _task);
        _decode.Record(decode.TotalSeconds, _task);
        _infer.Record(infer.TotalSeconds, _task);
    }

    public void Dispose() => _meter.Dispose();
}
