using System.Diagnostics.Metrics;

namespace MtlSplit.IoT.HubGateway.Counting;

/// <summary>The gateway's metrics, on the meter "MtlSplit.IoT.HubGateway". Dispose ends them.</summary>
internal sealed class GatewayInstruments : IDisposable
{
    private readonly Meter _meter = new(Gateway.MeterName);

    public GatewayInstruments(Ledger ledger)
    {
        _meter.CreateObservableGauge("mtlsplit.hubgateway.connections", () => ledger.Connections, "{connection}", "Clients connected now.");
        foreach (var tally in Enum.GetValues<Tally>())
        {
            _meter.CreateObservableCounter($"mtlsplit.hubgateway.{Name(tally)}", () => ledger[tally], "{event}");
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>OverConnectionLimit becomes over_connection_limit.</summary>
    private static string Name(Tally tally) =>
        string.Concat(tally.ToString().Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
