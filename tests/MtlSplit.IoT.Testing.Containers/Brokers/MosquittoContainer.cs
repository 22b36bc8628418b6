using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Containers;
using MtlSplit.IoT.Broker.Mosquitto;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Containers.Engines;
using MtlSplit.IoT.Testing.Containers.Images;

namespace MtlSplit.IoT.Testing.Containers.Brokers;

/// <summary>Debian's Mosquitto with the committed configuration in a container, which Testcontainers runs.</summary>
public sealed class MosquittoContainer : IBrokerUnderTest
{
    private const int Attempts = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder;
    private readonly IContainer _container;

    private MosquittoContainer(DirectoryInfo folder, int port, IContainer container) => (_folder, Port, _container) = (folder, port, container);

    public string Name => "Mosquitto in a container";

    public string Host => "127.0.0.1";

    public int Port { get; }

    public bool KeepsSessionsAcrossRestart => true;

    /// <summary>Starts one.</summary>
    /// <param name="engine">The engine, which has the image.</param>
    /// <param name="security">Whom it lets in; null: everybody.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<MosquittoContainer> StartAsync(ContainerEngine engine, BrokerSecurity? security, CancellationToken ct)
    {
        // It has this machine's network, where a port that was free a moment ago can be taken by now.
        for (var attempt = 1; ; attempt++)
        {
            var broker = Make(engine, security, FreePort());
            try
            {
                await broker.RunAsync(ct);
                return broker;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                await broker.DisposeAsync();
            }
            catch
            {
                await broker.DisposeAsync();
                throw;
            }
        }
    }

    public async Task RestartAsync(CancellationToken ct)
    {
        await StopAsync(ct);
        await RunAsync(ct);
    }

    public Task StopAsync(CancellationToken ct) => _container.StopAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static MosquittoContainer Make(ContainerEngine engine, BrokerSecurity? security, int port)
    {
        var folder = Directory.CreateTempSubdirectory("mtlsplit-mosquitto-");
        var options = security is null ? new MosquittoOptions() : MosquittoBroker.OptionsFor(security);
        var builder = engine.Run(MosquittoImage.Reference)
            .WithBindMount(folder.FullName, folder.FullName)
            .WithCommand("-c", MosquittoConfiguration.Write(options, folder.FullName, port))
            // The folders are this user's, and closed to others.
            .WithCreateParameterModifier(static parameters => parameters.User = "0:0");
        if (security?.Certificates is { } certificates)
        {
            var place = Path.GetDirectoryName(certificates.AuthorityFile)!;
            builder = builder.WithBindMount(place, place);
        }

        return new MosquittoContainer(folder, port, builder.Build());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task RunAsync(CancellationToken ct)
    {
        var time = TimeProvider.System;
        await _container.StartAsync(ct);
        var began = time.GetTimestamp();
        while (!await AcceptsAsync(ct))
        {
            if (_container.State != TestcontainersStates.Running || time.GetElapsedTime(began) > StartLimit)
            {
                var (output, errors) = await _container.GetLogsAsync(ct: ct);
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Mosquitto in a container does not listen on port {Port}; it is {_container.State}: {output}{errors}"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, ct);
        }
    }

    private async Task<bool> AcceptsAsync(CancellationToken ct)
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
