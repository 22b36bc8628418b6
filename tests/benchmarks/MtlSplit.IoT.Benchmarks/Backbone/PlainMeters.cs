using System.Diagnostics.Metrics;

namespace MtlSplit.IoT.Benchmarks.Backbone;

/// <summary>Meters that nobody listens to.</summary>
internal sealed class PlainMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
