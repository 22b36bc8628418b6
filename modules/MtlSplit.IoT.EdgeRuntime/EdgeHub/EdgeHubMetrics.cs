using System.Diagnostics.Metrics;
using MtlSplit.IoT.Hosting.Telemetry;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>What edgeHub counts.</summary>
internal static class EdgeHubMetrics
{
    private static readonly Meter Meter = new(TelemetryNames.EdgeRuntime);
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("mtlsplit.edgehub.messages.dropped", "{message}", "Messages that no endpoint gets, by reason.");

    /// <summary>Messages that modules sent.</summary>
    public static readonly Counter<long> Received = Meter.CreateCounter<long>("mtlsplit.edgehub.messages.received", "{message}", "Messages that modules sent.");

    /// <summary>Messages that the next hop acknowledged.</summary>
    public static readonly Counter<long> Delivered = Meter.CreateCounter<long>("mtlsplit.edgehub.messages.delivered", "{message}", "Messages that the next hop acknowledged.");

    /// <summary>Counts messages that no endpoint gets.</summary>
    public static void Drop(string reason, long count) => Dropped.Add(count, new KeyValuePair<string, object?>("reason", reason));
}
