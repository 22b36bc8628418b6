using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Recording;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary>Runs a recorder on its own connection until the process stops.</summary>
internal sealed class RecorderService(
    IOptions<RecorderSettings> settings, IOptions<BusSettings> bus, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = settings.Value.ToOptions();

        // The same name after a restart: the broker keeps the session, and what came meanwhile, under it.
        var busOptions = bus.Value.ToOptions($"recorder-{options.Group}-{options.Fleet}");
        await using var connection = new BusConnection(busOptions, time, loggers.CreateLogger<BusConnection>());
        try
        {
            using var recorder = new SampleRecorder(connection, options, time, loggers.CreateLogger<SampleRecorder>());
            connection.Start();
            await recorder.RunAsync(stoppingToken);
        }
        catch (Exception e) when (e is SampleStoreException or BusSubscribeException)
        {
            throw new StartException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The store in {options.DataFolder} cannot be written: {e.Message}", e);
        }

        await connection.CloseAsync(Drain, CancellationToken.None);
    }
}
