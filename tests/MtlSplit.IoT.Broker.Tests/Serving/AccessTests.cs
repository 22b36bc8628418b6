using System.Net;
using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Broker.Tests.Serving;

public sealed class AccessTests
{
    private const string Fleet = "north";

    private static readonly byte[] Descriptor = [1, 2, 3];
    private static readonly ContractId Contract = new(SHA256.HashData(Descriptor));

    private static readonly BrokerOptions Options = new()
    {
        Credentials = [new("car-1", "secret-1", BrokerRole.Vehicle, Fleet), new("heads", "secret-2", BrokerRole.Service, Fleet), new("root", "secret-3", BrokerRole.Service)],
    };

    public static TheoryData<string, string, bool> Publishes => new()
    {
        { "car-1", DataTopics.Feature(Fleet, "car-1", Contract), true },
        { "car-1", DataTopics.VehicleStatus(Fleet, "car-1"), true },
        { "car-1", DataTopics.Contract(Fleet, Contract), true },
        { "car-1", DataTopics.Contract(Fleet, new ContractId(SHA256.HashData([9]))), false },
        { "car-1", DataTopics.Feature(Fleet, "car-2", Contract), false },
        { "car-1", DataTopics.VehicleStatus(Fleet, "car-2"), false },
        { "car-1", DataTopics.Feature("south", "car-1", Contract), false },
        { "car-1", DataTopics.Prediction(Fleet, "car-1", "task"), false },
        { "car-1", DataTopics.Label(Fleet, "car-1", "task"), false },
        { "car-1", DataTopics.QuarantineNotice(Fleet, "car-1", "task"), false },
        { "car-1", DataTopics.Event(Fleet, "drift"), false },
        { "car-1", "anything/else", false },
        { "car-1", "$SYS/broker/expired", false },
        { "heads", DataTopics.Prediction(Fleet, "car-1", "task"), true },
        { "heads", DataTopics.QuarantineNotice(Fleet, "car-1", "task"), true },
        { "heads", DataTopics.QuarantineNotice("south", "car-1", "task"), false },
        { "heads", DataTopics.Prediction("south", "car-1", "task"), false },
        { "heads", "anything/else", false },
        { "root", "anything/else", true },
        { "root", "$SYS/broker/expired", false },
    };

    public static TheoryData<string, string, bool> Filters => new()
    {
        { "car-1", DataTopics.VehiclePredictions(Fleet, "car-1"), true },
        { "car-1", DataTopics.VehicleQuarantine(Fleet, "car-1"), true },
        { "car-1", DataTopics.VehicleQuarantine(Fleet, "car-2"), false },
        { "car-1", DataTopics.AllContracts(Fleet), true },
        { "car-1", DataTopics.VehiclePredictions(Fleet, "car-2"), false },
        { "car-1", DataTopics.AllPredictions(Fleet), false },
        { "car-1", $"mtl/v1/{Fleet}/#", false },
        { "car-1", "#", false },
        { "car-1", DataTopics.Shared("g", DataTopics.VehiclePredictions(Fleet, "car-1")), false },
        { "heads", DataTopics.SharedFeatures(Fleet, "task"), true },
        { "heads", DataTopics.SharedFeatures("south", "task"), false },
        { "heads", "mtl/v1/+/vehicles/+/features/+", false },
        { "heads", "$SYS/broker/+", true },
        { "root", "#", true },
    };

    [Theory]
    [MemberData(nameof(Publishes))]
    public async Task Publish_IsTakenFromWhoMayAndRefusedFromOthers(string user, string topic, bool may)
    {
        await using var bench = await BrokerBench.StartAsync(Options);
        var client = await ConnectAsync(bench, user);

        var result = await Expect.OutcomeAsync(client, new BusMessage(topic, Descriptor));

        Assert.Equal(may ? PublishOutcome.NoSubscriber : PublishOutcome.Refused, result.Outcome);
        Assert.Equal(may ? BusReasons.NoMatchingSubscribers : BusReasons.NotAuthorized, result.ReasonCode);
        Assert.Equal(may ? 0 : 1, bench.Broker.Statistics.Unauthorised);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Subscribe_IsGrantedToWhoMayAndRefusedToOthers(string user, string filter, bool may)
    {
        await using var bench = await BrokerBench.StartAsync(Options);
        var client = await ConnectAsync(bench, user);

        var refused = await Record.ExceptionAsync(() => BrokerBench.SubscribeAsync(client, filter));

        Assert.Equal(may, refused is null);
        Assert.True(may || refused is BusSubscribeException, $"{refused}");
    }

    [Fact]
    public async Task Will_OnAnothersTopic_IsRefused()
    {
        await using var bench = await BrokerBench.StartAsync(Options);
        var client = bench.Start("car-1", o => (o.Username, o.Password, o.Will) = ("car-1", "secret-1", new BusMessage(DataTopics.VehicleStatus(Fleet, "car-2"), Descriptor)));

        var refused = await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(client.WhenConnectedAsync(CancellationToken.None), "the refusal"));

        Assert.Contains("not authorized", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Session_OfOneUser_IsNotTakenOverByAnother()
    {
        await using var bench = await BrokerBench.StartAsync(Options);
        await ConnectAsync(bench, "heads");
        var thief = bench.Start("heads", o => (o.Username, o.Password) = ("car-1", "secret-1"));

        await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(thief.WhenConnectedAsync(CancellationToken.None), "the refusal"));
        Assert.Equal(1, bench.Broker.Statistics.Connections);
    }

    public static TheoryData<string, BrokerOptions> Exposed => new()
    {
        { "Tls", new BrokerOptions { Address = IPAddress.Any, Credentials = Options.Credentials } },
        { "Credentials", new BrokerOptions { Address = IPAddress.Any, Tls = new BrokerTlsOptions { CertificateFile = "server.pem", KeyFile = "server.key" } } },
        { "AllowAnonymous", new BrokerOptions { Address = IPAddress.IPv6Any, Tls = new BrokerTlsOptions { CertificateFile = "server.pem", KeyFile = "server.key" }, Credentials = Options.Credentials, AllowAnonymous = true } },
    };

    [Theory]
    [MemberData(nameof(Exposed))]
    public void Options_ThatWouldExposeTheBroker_AreRefusedByName(string option, BrokerOptions options)
    {
        var refused = Assert.Throws<BrokerOptionsException>(options.Validate);

        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
    }

    private static Task<BusConnection> ConnectAsync(BrokerBench bench, string user)
    {
        var password = Options.Credentials.Single(c => c.UserName == user).Password;
        return bench.ConnectAsync(user, o => (o.Username, o.Password) = (user, password));
    }
}
