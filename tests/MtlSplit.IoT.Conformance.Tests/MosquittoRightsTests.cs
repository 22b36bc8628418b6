using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Broker.Mosquitto;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

/// <summary>Mosquitto set up as the comments in the committed configuration say, with the committed access list: who may publish and read what.</summary>
public sealed partial class MosquittoRightsTests : IAsyncLifetime
{
    private const string Fleet = "north";
    private const string Task = "object_size";
    private static readonly ContractId Contract = new(SHA256.HashData([1]));
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "deployment-manifests", "brokers");
    private static readonly string[] Users = ["car-1", "car-2", "head-consumer", "recorder", "labeller", "operator"];

    private readonly TestCertificates _certificates = new(Users[0], Users[1..]);
    private readonly List<BusConnection> _connections = [];
    private MosquittoBroker? _broker;

    /// <summary>Topics, and the users who may publish there.</summary>
    public static TheoryData<string, string[]> Publishers => new()
    {
        { DataTopics.Feature(Fleet, "car-1", Contract), ["car-1", "operator"] },
        { DataTopics.Feature(Fleet, "car-2", Contract), ["car-2", "operator"] },
        { DataTopics.VehicleStatus(Fleet, "car-1"), ["car-1"] },
        { $"mtl/v1/{Fleet}/vehicles/car-1/frames/00", ["car-1"] },
        { DataTopics.Prediction(Fleet, "car-1", Task), ["head-consumer"] },
        { DataTopics.Label(Fleet, "car-1", Task), ["labeller"] },
        { DataTopics.HeadConsumer(Fleet, Task, "size-1"), ["head-consumer"] },
        { DataTopics.Event(Fleet, "drift"), ["head-consumer", "operator"] },
        { DataTopics.Contract(Fleet, Contract), Users },
        { "anything/else", [] },
    };

    /// <summary>Topics, who publishes there, and the users who get it.</summary>
    public static TheoryData<string, string, string[]> Readers => new()
    {
        { DataTopics.Feature(Fleet, "car-1", Contract), "car-1", ["head-consumer", "recorder", "labeller"] },
        { DataTopics.Prediction(Fleet, "car-1", Task), "head-consumer", ["car-1", "recorder"] },
        { DataTopics.Label(Fleet, "car-1", Task), "labeller", ["recorder"] },
        { DataTopics.VehicleStatus(Fleet, "car-1"), "car-1", ["head-consumer", "recorder", "operator"] },
        { DataTopics.HeadConsumer(Fleet, Task, "size-1"), "head-consumer", ["head-consumer", "operator"] },
        { DataTopics.Contract(Fleet, Contract), "car-1", Users },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = SettingsOfAFleet().Select(setting => KeyValuePair.Create(setting.Key, setting.Key switch
        {
            "cafile" => _certificates.AuthorityFile,
            "certfile" => _certificates.ServerFile,
            "keyfile" => _certificates.ServerKeyFile,
            "acl_file" => Path.Combine(Folder, "fleet.acl"),
            _ => setting.Value,
        }));
        _broker = await MosquittoBroker.StartAsync(Ct, new MosquittoOptions { Overrides = [.. settings] });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
        _certificates.Dispose();
    }

    [Theory]
    [MemberData(nameof(Publishers))]
    public async Task Publish_IsTakenFromWhoMayAndRefusedFromOthers(string topic, string[] who)
    {
        var taken = new List<string>();
        foreach (var user in Users)
        {
            var result = await Expect.OutcomeAsync(await ConnectAsync(user), new BusMessage(topic, new byte[8]));
            Assert.True(result.Outcome is PublishOutcome.NoSubscriber || result.ReasonCode == BusReasons.NotAuthorized, $"{user}: {result}");
            if (result.Outcome == PublishOutcome.NoSubscriber)
            {
                taken.Add(user);
            }
        }

        Assert.Equal(who, taken);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Publish_ReachesWhoMayReadItAndNobodyElse(string topic, string publisher, string[] who)
    {
        // Everybody may read contracts: what comes after one has come has had its chance.
        var marker = DataTopics.Contract(Fleet, new ContractId(SHA256.HashData([2])));
        var subscriptions = new Dictionary<string, IBusSubscription>();
        foreach (var user in Users)
        {
            subscriptions[user] = await (await ConnectAsync(user)).SubscribeAsync("#", Ct);
        }

        var source = await ConnectAsync(publisher, "-source");
        await Expect.OutcomeAsync(source, new BusMessage(topic, new byte[8]));
        await Expect.OutcomeAsync(source, new BusMessage(marker, new byte[8]));

        var reached = new List<string>();
        foreach (var (user, subscription) in subscriptions)
        {
            for (BusDelivery delivery; (delivery = await Expect.DeliveryAsync(subscription, $"the marker reaches {user}")).Topic != marker;)
            {
                Assert.Equal(topic, delivery.Topic);
                reached.Add(user);
            }
        }

        Assert.Equal(who, reached);
    }

    [Theory]
    [InlineData("head-consumer", Task)]
    [InlineData("labeller", "labeller")]
    public async Task SharedFeatures_ReachWhoAnswersAndLabelsThem(string user, string group)
    {
        var features = await (await ConnectAsync(user)).SubscribeAsync(DataTopics.SharedFeatures(Fleet, group), Ct);

        var result = await Expect.OutcomeAsync(await ConnectAsync("car-1"), new BusMessage(DataTopics.Feature(Fleet, "car-1", Contract), new byte[8]));

        Assert.True(result.IsDelivered);
        await Expect.DeliveryAsync(features, $"the feature reaches {user}");
    }

    /// <summary>The commented settings at the end of the configuration.</summary>
    private static IEnumerable<KeyValuePair<string, string>> SettingsOfAFleet() =>
        File.ReadAllLines(Path.Combine(Folder, "mosquitto.conf"))
            .SkipWhile(line => !line.StartsWith("# A fleet's broker", StringComparison.Ordinal))
            .Select(line => Setting().Match(line))
            .Where(match => match.Success)
            .Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value));

    [GeneratedRegex("^# ([a-z]+_[a-z_]+|[a-z]+file) ([^ ]+)$")]
    private static partial Regex Setting();

    private async Task<BusConnection> ConnectAsync(string user, string suffix = "")
    {
        var (certificate, key) = _certificates.ClientOf(user);
        var options = new BusOptions
        {
            Port = _broker!.Port,
            ClientId = user + suffix,
            Tls = new BusTlsOptions { CaFile = _certificates.AuthorityFile, ServerName = "localhost", ClientCertificateFile = certificate, ClientKeyFile = key },
        };
        var connection = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        _connections.Add(connection);
        connection.Start();
        await Expect.WithinAsync(connection.WhenConnectedAsync(Ct), $"{user} connects");
        return connection;
    }
}
