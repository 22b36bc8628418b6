using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Broker.Tests.Serving;

/// <summary>The broker on loopback, on a clock of the test's, with real clients on the real one.</summary>
internal sealed class BrokerBench : IAsyncDisposable
{
    private readonly List<BusConnection> _clients = [];
    private readonly FakeTimeProvider _time = new();

    private BrokerBench(BrokerOptions options) => Broker = new MqttBroker(options, _time, NullLogger<MqttBroker>.Instance);

    public MqttBroker Broker { get; }

    public static async Task<BrokerBench> StartAsync(BrokerOptions? options = null)
    {
        var bench = new BrokerBench(options ?? new BrokerOptions());
        await bench.Broker.StartAsync(TestContext.Current.CancellationToken);
        return bench;
    }

    /// <summary>Lets the broker's time pass, in steps of its tick.</summary>
    public void Pass(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(100))
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    public BusConnection Start(string name, Action<BusOptions>? change = null)
    {
        var options = new BusOptions { Port = Broker.Port, ClientId = name, KeepAlive = TimeSpan.FromMinutes(10) };
        change?.Invoke(options);
        var client = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        _clients.Add(client);
        client.Start();
        return client;
    }

    public async Task<BusConnection> ConnectAsync(string name, Action<BusOptions>? change = null)
    {
        var client = Start(name, change);
        await Expect.WithinAsync(client.WhenConnectedAsync(TestContext.Current.CancellationToken), $"{name} connects");
        return client;
    }

    public static Task<IBusSubscription> SubscribeAsync(BusConnection client, string filter) =>
        Expect.WithinAsync(client.SubscribeAsync(filter, TestContext.Current.CancellationToken), $"the subscription to {filter}");

    /// <summary>Publishes numbers one after the other and gives each one's outcome.</summary>
    public static async Task<List<PublishResult>> PublishAsync(BusConnection client, string topic, IEnumerable<int> numbers, int size = 0)
    {
        List<PublishResult> results = [];
        foreach (var number in numbers)
        {
            results.Add(await Expect.OutcomeAsync(client, Numbered(topic, number, size)));
        }

        return results;
    }

    /// <summary>A message that says its number, padded to a size.</summary>
    public static BusMessage Numbered(string topic, int number, int size = 0) =>
        new(topic, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture).PadRight(size)));

    public static int NumberOf(BusDelivery delivery) => int.Parse(Encoding.ASCII.GetString(delivery.Payload.Span), CultureInfo.InvariantCulture);

    /// <summary>A bare socket, for bytes that no client would send.</summary>
    public async Task<Socket> DialAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Broker.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await Broker.DisposeAsync();
    }
}
