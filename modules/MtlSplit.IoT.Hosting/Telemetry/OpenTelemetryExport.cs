using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MtlSplit.IoT.Hosting.Telemetry;

/// <summary>Sends metrics and traces over OTLP, if an endpoint is set; else nothing listens and nothing is sent.</summary>
internal static class OpenTelemetryExport
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTo(HostApplicationBuilder builder, string processName)
    {
        builder.Services.AddMetrics();
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]))
        {
            return;
        }

        string[] names = [.. TelemetryNames.All];
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(processName))
            .WithMetrics(metrics => metrics.AddMeter(names).AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(names).AddOtlpExporter());
    }
}
