using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>
/// Keeps the module's reported properties as the vehicle is. Whoever changes something says so; what is reported is how things are when the hub
/// is next free to hear it, so a report that a newer one overtakes is left out. Thread-safe.
/// </summary>
/// <param name="client">The module.</param>
/// <param name="read">How things are.</param>
/// <param name="time">The clock of pauses.</param>
/// <param name="log">Told what the hub refuses.</param>
internal sealed class TwinReporter(IModuleClient client, Func<BackboneReported> read, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Something changed. Returns at once.</summary>
    public void Changed() => _changes.Writer.TryWrite(true);

    /// <summary>Reports until the token ends it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        BackboneReported? last = null;
        while (await _changes.Reader.WaitToReadAsync(ct))
        {
            _changes.Reader.TryRead(out _);
            var now = read();
            if (now == last)
            {
                continue;
            }

            try
            {
                await client.UpdateReportedPropertiesAsync((JsonObject)JsonNode.Parse(now.ToPatch())!, ct);
                last = now;
            }
            catch (Exception e) when (e is HubException or ModuleConnectException)
            {
                // It tried for long by then. What is not reported is told again, as it is by then.
                Log.NotReported(log, e.Message);
                await Task.Delay(Pause, time, ct);
                Changed();
            }
        }
    }
}
