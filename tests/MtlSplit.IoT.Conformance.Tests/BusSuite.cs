using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

/// <summary>What the bus client promises, kept with every broker: one subclass each. A broker is started for each test.</summary>
public abstract partial class BusSuite : IAsyncLifetime
{
    private readonly List<IBusConnection> _connections = [];

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IBrokerUnderTest Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await StartBrokerAsync(Ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected abstract Task<IBrokerUnderTest> StartBrokerAsync(CancellationToken ct);

    /// <summary>A started connection, not necessarily connected yet; disposed with the test.</summary>
    protected BusConnection Start(string clientId, Func<BusOptions, BusOptions>? change = null)
    {
        var options = new BusOptions { Host = Broker.Host, Port = Broker.Port, ClientId = clientId };
        var connection = new BusConnection(change is null ? options : change(options), TimeProvider.System, NullLogger.Instance);
        _connections.Add(connection);
        connection.Start();
        return connection;
    }

    /// <summary>A connected connection; disposed with the test.</summary>
    protected async Task<BusConnection> ConnectAsync(string clientId, Func<BusOptions, BusOptions>? change = null)
    {
        var connection = Start(clientId, change);
        await Expect.WithinAsync(connection.WhenConnectedAsync(Ct), $"{clientId} connects to {Broker.Name}");
        return connection;
    }

    /// <summary>A message whose payload is its number.</summary>
    protected static BusMessage Numbered(string topic, int number) =>
        new(topic, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    protected static int NumberOf(BusDelivery delivery) => int.Parse(Encoding.ASCII.GetString(delivery.Payload.Span), CultureInfo.InvariantCulture);

    /// <summary>Publishes numbers, as many at once as the connection takes, and waits for every outcome.</summary>
    protected static async Task<PublishResult[]> PublishNumbersAsync(IBusConnection bus, string topic, int from, int count)
    {
        List<Task<PublishResult>> outcomes = [];
        for (var number = from; number < from + count; number++)
        {
            outcomes.Add(await bus.PublishAsync(Numbered(topic, number), Ct));
        }

        return await Expect.WithinAsync(Task.WhenAll(outcomes), $"the outcomes of {count} publishes on {topic}");
    }
}
