using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Labels;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("environment")]
    [InlineData("settings file")]
    [InlineData("flag over environment")]
    public async Task Broker_IsTheOneThatIsSet(string source)
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = new BusConnection(new BusOptions { Port = broker.Port, ClientId = "vehicle" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        var port = broker.Port.ToString(CultureInfo.InvariantCulture);
        var settings = Path.Combine(_folder.FullName, "settings.json");
        await File.WriteAllTextAsync(settings, $$"""{ "Bus": { "Port": {{port}} } }""", TestContext.Current.CancellationToken);
        (string[] Flags, string? Port) given = source switch
        {
            "environment" => ([], port),
            "settings file" => (["--settings", settings], null),
            // Port 1: nobody listens there.
            _ => (["--broker", $"127.0.0.1:{port}"], "1"),
        };
        var environment = given.Port is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["MTLSPLIT_Bus__Port"] = given.Port };
        await using var labeller = Mtlsplit.Start(environment, ["labels", "simulate", "--fleet", "north", "--seed", "1", "--split", "training", "--log-level", "Debug", .. given.Flags]);

        var feature = new BusMessage(DataTopics.Feature("north", "car-1", ContractId.Parse(new string('a', 64))), new byte[] { 1 });
        var heard = await Expect.WithinAsync(HeardAsync(), "the labeller has subscribed at this broker", TimeSpan.FromMinutes(1));

        Assert.Equal(PublishOutcome.Delivered, heard);
        labeller.Terminate();
        Assert.Equal(0, await labeller.ExitAsync());

        async Task<PublishOutcome> HeardAsync()
        {
            while (true)
            {
                var result = await Expect.OutcomeAsync(bus, feature);
                if (result.Outcome != PublishOutcome.NoSubscriber)
                {
                    return result.Outcome;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }
}
