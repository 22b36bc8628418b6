using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary>Runs a labeller on its own connection until the process stops.</summary>
internal sealed class LabellerService(LabellerOptions options, IOptions<BusSettings> bus, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = new BusConnection(bus.Value.ToOptions($"labeller-{options.Fleet}"), time, loggers.CreateLogger<BusConnection>());
        connection.Start();
        try
        {
            await new Labeller(connection, options, time, loggers.CreateLogger<Labeller>()).RunAsync(stoppingToken);
        }
        catch (BusSubscribeException e)
        {
            throw new StartException(e.Message, e);
        }

        await connection.CloseAsync(Drain, CancellationToken.None);
    }
}
