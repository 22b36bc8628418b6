using MtlSplit.IoT.Broker.Mosquitto;
using Xunit;

namespace MtlSplit.IoT.Testing.Brokers;

/// <summary>Debian's Mosquitto with the committed configuration.</summary>
public sealed class MosquittoBroker : IBrokerUnderTest
{
    private readonly MosquittoProcess _process;

    private MosquittoBroker(MosquittoProcess process) => _process = process;

    public string Name => "Mosquitto";

    public string Host => _process.Host;

    public int Port => _process.Port;

    public bool KeepsSessionsAcrossRestart => true;

    /// <summary>Starts one, or skips the test when it is not installed.</summary>
    public static async Task<MosquittoBroker> StartAsync(CancellationToken ct, MosquittoOptions? options = null)
    {
        Assert.SkipWhen(MosquittoProcess.FindExecutable() is null, "Mosquitto is not installed: apt-get install mosquitto");
        return new MosquittoBroker(await MosquittoProcess.StartAsync(options ?? new MosquittoOptions(), TimeProvider.System, ct));
    }

    public Task RestartAsync(CancellationToken ct) => _process.RestartAsync(ct);

    public Task StopAsync(CancellationToken ct) => _process.StopAsync(ct);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
