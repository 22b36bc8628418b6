using MtlSplit.IoT.Testing.Brokers;

namespace MtlSplit.IoT.Conformance.Tests;

/// <summary>The suite against Mosquitto.</summary>
public sealed class MosquittoBusTests : BusSuite
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync(CancellationToken ct) => await MosquittoBroker.StartAsync(ct);

    protected override async Task<IBrokerUnderTest> StartSecuredAsync(BrokerSecurity security, CancellationToken ct) =>
        await MosquittoBroker.StartAsync(security, ct);
}
