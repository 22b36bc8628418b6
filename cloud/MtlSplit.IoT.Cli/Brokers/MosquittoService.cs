using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Broker.Mosquitto;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Brokers;

/// <summary>Runs Mosquitto until the process stops, and fails when Mosquitto ends before that.</summary>
internal sealed class MosquittoService(IOptions<BrokerSettings> settings, TimeProvider time) : BackgroundService
{
    private MosquittoProcess? _mosquitto;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var wanted = settings.Value;
        if (wanted.Address != IPAddress.Loopback.ToString() || wanted.CertificateFile is not null || wanted.Users.Count > 0)
        {
            throw new StartException("Mosquitto is started on 127.0.0.1, without TLS and users. For anything else run it yourself with a configuration such as deployment-manifests/brokers/mosquitto.conf.");
        }

        try
        {
            _mosquitto = await MosquittoProcess.StartAsync(new MosquittoOptions { Port = wanted.Port }, time, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidOperationException)
        {
            throw new StartException(e.Message, e);
        }

        await AddressFile.WriteAsync(wanted.AddressFile, _mosquitto.Host, _mosquitto.Port, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RemoveAsync();
    }

    public override void Dispose()
    {
        // A start that failed halfway is not stopped, only disposed.
        RemoveAsync().GetAwaiter().GetResult();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _mosquitto!.WaitForExitAsync(stoppingToken);
        throw new StartException($"Mosquitto ended by itself: {_mosquitto.LastLines}");
    }

    private async Task RemoveAsync()
    {
        if (_mosquitto is { } mosquitto)
        {
            _mosquitto = null;
            await mosquitto.DisposeAsync();
        }
    }
}
