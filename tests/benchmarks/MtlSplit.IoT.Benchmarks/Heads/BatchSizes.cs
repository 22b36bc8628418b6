using System.Diagnostics.Metrics;

namespace MtlSplit.IoT.Benchmarks.Heads;

/// <summary>Listens to a head consumer's batch sizes.</summary>
internal sealed class BatchSizes : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _runs;
    private long _features;

    public BatchSizes()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "mtlsplit.head.batch.size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, size, _, _) =>
        {
            Interlocked.Increment(ref _runs);
            Interlocked.Add(ref _features, size);
        });
        _listener.Start();
    }

    /// <summary>The mean so far.</summary>
    public double Mean => Interlocked.Read(ref _features) / (double)Math.Max(1, Interlocked.Read(ref _runs));

    public void Dispose() => _listener.Dispose();
}
