using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Containers.Brokers;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests.Containers;

/// <summary>The whole suite against Mosquitto in a container of an image made here from Debian's package.</summary>
public sealed class MosquittoContainerBusTests(LoadedMosquitto mosquitto) : BusSuite, IClassFixture<LoadedMosquitto>
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync(CancellationToken ct) => await MosquittoContainer.StartAsync(mosquitto.Require(), null, ct);

    protected override async Task<IBrokerUnderTest> StartSecuredAsync(BrokerSecurity security, CancellationToken ct) => await MosquittoContainer.StartAsync(mosquitto.Require(), security, ct);
}
