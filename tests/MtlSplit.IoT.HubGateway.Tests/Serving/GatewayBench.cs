using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Serving;

/// <summary>The gateway on loopback, on a clock of the test's, with a hub in memory behind it.</summary>
internal sealed class GatewayBench : IAsyncDisposable
{
    public static readonly HubIdentity Head = new("d1", "head");
    public const string Telemetry = "devices/d1/modules/head/messages/events/";
    public const string Inputs = "devices/d1/modules/head/inputs/#";

    private readonly List<RawClient> _clients = [];

    private GatewayBench(GatewayOptions options) => Gateway = new Gateway(options, Backend, Time, NullLogger.Instance);

    public RecordingBackend Backend { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    public Gateway Gateway { get; }

    public static GatewayOptions Plain => new() { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), AllowPlaintextLoopback = true };

    public static async Task<GatewayBench> StartAsync(GatewayOptions? options = null)
    {
        var bench = new GatewayBench(options ?? Plain);
        await bench.Gateway.StartAsync(TestContext.Current.CancellationToken);
        return bench;
    }

    /// <summary>A connection on which nothing was said yet.</summary>
    public async Task<RawClient> DialAsync(bool reads = true)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Gateway.Port, TestContext.Current.CancellationToken);
        return Add(new RawClient(new NetworkStream(socket, ownsSocket: true), reads));
    }

    /// <summary>A connection over TLS that trusts one authority.</summary>
    public async Task<RawClient> DialTlsAsync(X509Certificate2 authority, X509Certificate2? certificate = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Gateway.Port, TestContext.Current.CancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = policy,
                ClientCertificates = certificate is null ? [] : [certificate],
            });
        }
        catch (AuthenticationException)
        {
            // Whoever does not trust the gateway hangs up.
            await stream.DisposeAsync();
            throw;
        }

        return Add(new RawClient(stream));
    }

    public RawClient Add(RawClient client)
    {
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that is let in; the head module where nothing else is said.</summary>
    public async Task<RawClient> ConnectAsync(string client = "d1/head", bool clean = true, ushort keepAlive = 60)
    {
        var raw = await DialAsync();
        Assert.Equal(0, (await raw.ConnectAsync(client, clean: clean, keepAlive: keepAlive)).Code);
        return raw;
    }

    /// <summary>The backend's next event, which must be this one.</summary>
    public async Task EventAsync(string expected) =>
        Assert.Equal(expected, await Expect.WithinAsync(Backend.Events.ReadAsync().AsTask(), $"the event '{expected}'"));

    public async Task<HubMessage> TelemetryAsync(HubIdentity? from = null)
    {
        var (sender, message) = await Expect.WithinAsync(Backend.Telemetry.ReadAsync().AsTask(), "a message for the hub");
        Assert.Equal(from ?? Head, sender);
        return message;
    }

    /// <summary>Moves the clock until something holds, a second at a time, so that no timer is passed before it was armed.</summary>
    public async Task PassUntilAsync(Func<bool> holds, string what)
    {
        await Expect.UntilAsync(
            () =>
            {
                if (holds())
                {
                    return true;
                }

                Time.Advance(TimeSpan.FromSeconds(1));
                return false;
            },
            what);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await Gateway.DisposeAsync();
    }
}
