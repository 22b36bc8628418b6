using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Hosting.Bus;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>A process on its own: its settings say everything, once.</summary>
internal sealed class SettingsControl(IOptions<BackboneOptions> options, IOptions<BusSettings> bus, LiveBackbone live, TimeProvider time, ILogger<SettingsControl> log) : IControl
{
    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken ct) => await live.SwapAsync(ProvenBundle.Open(options.Value, log).Bundle, ct);

    /// <inheritdoc/>
    public Task<Assignment> JoinAsync(CancellationToken ct) => Task.FromResult(new Assignment(options.Value, bus.Value.ToOptions));

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct) => await Task.Delay(Timeout.InfiniteTimeSpan, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
