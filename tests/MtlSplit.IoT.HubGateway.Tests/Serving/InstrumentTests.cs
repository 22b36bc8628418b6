using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Serving;

public sealed class InstrumentTests
{
    [Fact]
    public async Task Instruments_GiveEveryCounterOfTheStatistics()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxRememberedSessions = 0 });
        var read = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == Gateway.MeterName)
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };

        // Gateways of other tests may be on the same meter; they only add.
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => read.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => read.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        await using var raw = await bench.ConnectAsync();
        bench.Gateway.Import([new SessionSubscriptions(new HubProtocol.Identities.HubIdentity("d9"), true, [])]);
        listener.RecordObservableInstruments();

        Assert.Equal(typeof(GatewayStatistics).GetProperties().Length - 1, read.Count);
        Assert.InRange(read["mtlsplit.hubgateway.connections"], 1, int.MaxValue);
        Assert.InRange(read["mtlsplit.hubgateway.sessions_forgotten"], 1, int.MaxValue);
        Assert.Equal(1, bench.Gateway.Statistics.SessionsForgotten);
    }
}
