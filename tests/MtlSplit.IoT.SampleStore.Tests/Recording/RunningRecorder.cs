using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.SampleStore.Tests.Recording;

/// <summary>A recorder that runs on its own connection until disposed or killed.</summary>
internal sealed class RunningRecorder : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly BusConnection _connection;
    private readonly SampleRecorder _recorder;
    private readonly Task _running;

    private RunningRecorder(IBrokerUnderTest broker, RecorderOptions options)
    {
        _connection = Connect(broker, "recorder");
        _recorder = new SampleRecorder(_connection, options, TimeProvider.System, NullLogger.Instance);
        _running = _recorder.RunAsync(_stop.Token);
    }

    public RecorderStatistics Statistics => _recorder.Statistics;

    public static RunningRecorder Start(IBrokerUnderTest broker, string data, Func<RecorderOptions, RecorderOptions>? change = null)
    {
        var options = new RecorderOptions { Fleet = Messages.Fleet, DataFolder = data, Limits = new StoreLimits { CompactEvery = TimeSpan.FromMilliseconds(200) } };
        return new RunningRecorder(broker, change?.Invoke(options) ?? options);
    }

    public static BusConnection Connect(IBrokerUnderTest broker, string name)
    {
        var connection = new BusConnection(new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = name }, TimeProvider.System, NullLogger.Instance);
        connection.Start();
        return connection;
    }

    /// <summary>Waits until the broker knows all its subscriptions.</summary>
    public Task ReadyAsync() => Expect.UntilAsync(() => _recorder.IsSubscribed, "the recorder is subscribed");

    /// <summary>Ends as a crash would: no commit, no acknowledgement, no goodbye.</summary>
    public async Task KillAsync()
    {
        _recorder.Dispose();
        await _connection.DisposeAbruptlyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Expect.WithinAsync(_running, "the recorder stops");
        _recorder.Dispose();
        await _connection.CloseAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }
}
