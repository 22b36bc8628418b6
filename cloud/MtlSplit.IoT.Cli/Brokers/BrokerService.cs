using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Broker;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Brokers;

/// <summary>Runs the embedded broker until the process stops.</summary>
internal sealed class BrokerService(IOptions<BrokerSettings> settings, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private MqttBroker? _broker;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _broker = new MqttBroker(settings.Value.ToOptions(), time, loggers.CreateLogger<MqttBroker>());
            await _broker.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is BrokerOptionsException or IOException or SocketException or System.Security.Cryptography.CryptographicException)
        {
            throw new StartException($"The broker does not start on {settings.Value.Address}:{settings.Value.Port}: {e.Message}{Cure(e)}", e);
        }

        await AddressFile.WriteAsync(settings.Value.AddressFile, settings.Value.Address, _broker.Port, cancellationToken);
    }

    private string Cure(Exception e) => e is BrokerOptionsException && IPAddress.TryParse(settings.Value.Address, out var address) && !IPAddress.IsLoopback(address)
        ? " Give --certificate and --key, and either --client-authority or users in Broker:Users of --settings."
        : "";

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
            _broker = null;
        }
    }
}
