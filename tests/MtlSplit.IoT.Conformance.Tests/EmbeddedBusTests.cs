using MtlSplit.IoT.Testing.Brokers;

namespace MtlSplit.IoT.Conformance.Tests;

/// <summary>The suite against the embedded broker.</summary>
public sealed class EmbeddedBusTests : BusSuite
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync(CancellationToken ct) => await EmbeddedBroker.StartAsync(ct);

    protected override async Task<IBrokerUnderTest> StartSecuredAsync(BrokerSecurity security, CancellationToken ct) =>
        await EmbeddedBroker.StartAsync(security, ct);
}
