using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MtlSplit.IoT.Backbone.Telemetry;

namespace MtlSplit.IoT.Backbone.Tests;

/// <summary>Counters on a meter of their own.</summary>
internal sealed class BackboneBench : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public BackboneBench() => Counters = new BackboneCounters(_services.GetRequiredService<IMeterFactory>());

    public BackboneCounters Counters { get; }

    public void Dispose()
    {
        Counters.Dispose();
        _services.Dispose();
    }
}
