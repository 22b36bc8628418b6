using MQTTnet;
using MQTTnet.Protocol;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>MQTTnet's client as it ships, but with the same number of publishes in flight as ours.</summary>
internal sealed class StockPeer : IBusPeer
{
    private const string Topic = "bench/stock";

    private readonly IMqttClient _publisher;
    private readonly IMqttClient _subscriber;
    private readonly SemaphoreSlim _window;
    private readonly int _size;
    private ArrivalCounter? _turn;

    private StockPeer(int window)
    {
        var factory = new MqttClientFactory();
        (_publisher, _subscriber) = (factory.CreateMqttClient(), factory.CreateMqttClient());
        (_window, _size) = (new SemaphoreSlim(window), window);
        _subscriber.ApplicationMessageReceivedAsync += _ =>
        {
            Volatile.Read(ref _turn)?.Arrived();
            return Task.CompletedTask;
        };
    }

    public string Name => "MQTTnet";

    public static async Task<StockPeer> ConnectAsync(int port, int window)
    {
        var peer = new StockPeer(window);
        await peer._publisher.ConnectAsync(Options(port, "bench-stock-publisher"));
        await peer._subscriber.ConnectAsync(Options(port, "bench-stock-subscriber"));
        await peer._subscriber.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce);
        return peer;
    }

    public async Task<PeerTurn> RunAsync(byte[] payload, TimeSpan length)
    {
        var turn = new ArrivalCounter(payload.Length, 3 * _size);
        Volatile.Write(ref _turn, turn);
        var sent = await Task.Run(() => PublishAsync(turn, payload, length));
        return new PeerTurn(await turn.FinishAsync(sent), sent);
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisconnectAsync();
        await _subscriber.DisconnectAsync();
        _publisher.Dispose();
        _subscriber.Dispose();
        _window.Dispose();
    }

    private static MqttClientOptions Options(int port, string name) =>
        new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(name).WithTimeout(TimeSpan.FromSeconds(60)).Build();

    private async Task<long> PublishAsync(ArrivalCounter turn, byte[] payload, TimeSpan length)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(Topic)
            .WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        var sent = 0L;
        do
        {
            await turn.RoomAsync(sent);
            await _window.WaitAsync();
            _ = PublishOneAsync(message);
            sent++;
        }
        while (turn.Elapsed < length);
        for (var i = 0; i < _size; i++)
        {
            await _window.WaitAsync();
        }

        _window.Release(_size);
        return sent;
    }

    private async Task PublishOneAsync(MqttApplicationMessage message)
    {
        try
        {
            await _publisher.PublishAsync(message);
        }
        finally
        {
            _window.Release();
        }
    }
}
