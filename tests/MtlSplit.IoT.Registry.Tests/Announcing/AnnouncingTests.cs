using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Announcing;

/// <summary>Whoever is named in the settings hears of every change, in order, once or more, and never of one that did not happen.</summary>
public sealed class AnnouncingTests : IDisposable
{
    private const string Secret = "a secret of 16 or more";

    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task EveryChange_IsACloudEvent_SignedAndInOrder()
    {
        await using var listener = new WebhookListener();
        await using var announcer = Announcer(Hook("ops", listener.Url));
        var registry = _bench.Open(log: announcer.Log);

        var one = _bench.Run(registry, "one").Head!;
        var bad = _bench.Run(registry, "bad", "Worse").Head!;
        var two = _bench.Run(registry, "two").Head!;
        registry.Promote(RegistryBench.Key, one, RegistryBench.Reason);
        registry.Promote(RegistryBench.Key, two, new ChangeReason("ben", "better"));
        registry.SetShadow(RegistryBench.Key, one, RegistryBench.Reason);
        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
        var report = Assert.Single(await announcer.DeliverAsync(TestContext.Current.CancellationToken));

        Assert.Equal((10, 0, 0, null), (report.Sent, report.Refused, report.Waiting, report.Complaint));
        var events = listener.Requests.Select(request => JsonNode.Parse(request.Body)!).ToList();
        Assert.Equal(
            ["run-accepted", "head-registered", "run-refused", "head-registered", "run-accepted", "head-registered", "head-promoted", "head-promoted", "head-shadow-changed", "head-rolled-back"],
            events.Select(e => e["type"]!.GetValue<string>()["mtlsplit.registry.".Length..]));
        Assert.All(events, e => Assert.Equal(("1.0", "/mtlsplit/registry/north"), (e["specversion"]!.GetValue<string>(), e["source"]!.GetValue<string>())));
        Assert.Equal(10, events.Select(e => e["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal((bad.Version, "because of bad"), (events[2]["subject"]!.GetValue<string>(), events[2]["data"]!["why"]!.GetValue<string>()));
        var promoted = events[7]["data"]!;
        Assert.Equal((one.Version, two.Version, "ben"), (promoted["from"]!.GetValue<string>(), promoted["to"]!.GetValue<string>(), promoted["by"]!.GetValue<string>()));
        Assert.All(listener.Requests, request =>
        {
            Assert.StartsWith("application/cloudevents+json", request.MediaType, StringComparison.Ordinal);
            Assert.True(WebhookSignature.Verify(Secret, request.Signature, request.Body, TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5)), request.Signature);
            Assert.False(WebhookSignature.Verify(Secret + "x", request.Signature, request.Body, TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5)));
        });
    }

    [Fact]
    public async Task Receiver_ThatIsAway_HoldsUpNoOther_AndGetsAllOfItLater()
    {
        await using var there = new WebhookListener();
        var away = new WebhookListener();
        var url = away.Url;
        await away.DisposeAsync();
        await using var announcer = Announcer(Hook("there", there.Url) + "," + Hook("away", url));
        var registry = _bench.Open(log: announcer.Log);
        registry.Promote(RegistryBench.Key, registry.Register(RegistryBench.Manifest(2), "one"u8.ToArray()), RegistryBench.Reason);

        var reports = await announcer.DeliverAsync(TestContext.Current.CancellationToken);

        Assert.Equal([("there", 2, 0), ("away", 0, 2)], reports.Select(report => (report.Receiver, report.Sent, report.Waiting)));
        Assert.Contains("2 events wait", reports[1].Complaint, StringComparison.Ordinal);
        await using var later = Announcer(Hook("away", there.Url));
        Assert.Equal(2, Assert.Single(await later.DeliverAsync(TestContext.Current.CancellationToken)).Sent);
        Assert.Equal(there.Requests.Take(2).Select(request => Encoding.UTF8.GetString(request.Body)), there.Requests.Skip(2).Select(request => Encoding.UTF8.GetString(request.Body)));
    }

    [Fact]
    public async Task Webhook_ThatIsBusy_IsAskedAgain_AndOneThatRefusesIsNot()
    {
        await using var listener = new WebhookListener();
        await using var announcer = Announcer(Hook("ops", listener.Url));
        var registry = _bench.Open(log: announcer.Log);
        listener.Answers.Enqueue(503);
        listener.Answers.Enqueue(429);
        listener.Answers.Enqueue(204);
        listener.Answers.Enqueue(410);
        registry.Promote(RegistryBench.Key, registry.Register(RegistryBench.Manifest(2), "one"u8.ToArray()), RegistryBench.Reason);

        var report = Assert.Single(await announcer.DeliverAsync(TestContext.Current.CancellationToken));

        Assert.Equal((1, 1, 0, 4), (report.Sent, report.Refused, report.Waiting, listener.Requests.Count));
        Assert.Contains("answers 410", report.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bus_CarriesTheEventOnTheFleetsTopic()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = new BusConnection(new BusOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "reader" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await using var events = await bus.SubscribeAsync(DataTopics.AllEvents(RegistryBench.Fleet), TestContext.Current.CancellationToken);
        await using var announcer = Announcer("", $$"""{"Registry": {"Bus": true}, "Bus": {"Port": {{broker.Port.ToString(CultureInfo.InvariantCulture)}} } }""");
        var registry = _bench.Open(log: announcer.Log);
        var head = registry.Register(RegistryBench.Manifest(2), "one"u8.ToArray());
        registry.Promote(RegistryBench.Key, head, RegistryBench.Reason);

        Assert.Equal(2, Assert.Single(await announcer.DeliverAsync(TestContext.Current.CancellationToken)).Sent);

        // The head itself is of no fleet; the promotion is.
        var delivery = await events.Deliveries.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(DataTopics.Event(RegistryBench.Fleet, "head-promoted"), delivery.Topic);
        Assert.Equal(head.Version, JsonNode.Parse(delivery.Payload.Span)!["data"]!["to"]!.GetValue<string>());
        delivery.Acknowledge();
    }

    [Fact]
    public void FullQueue_DropsTheOldest_AndCounts()
    {
        var queue = new EventQueue(_bench.Data, ["ops"], 3, DiskFileSystem.Instance, TimeProvider.System);
        for (var i = 1; i <= 5; i++)
        {
            queue.Add(new RegistryChange { Kind = ChangeKind.Collected, Subject = $"{i}", At = i });
        }

        Assert.Equal(["3", "4", "5"], queue.Waiting("ops").Select(file => queue.Read(file)!.Subject));
        Assert.Equal(2, queue.Dropped("ops"));
    }

    [Fact]
    public void AfterAnyPowerCut_WhatHappenedIsAnnounced_AndNothingElse()
    {
        var traced = new TracedFileSystem(DiskFileSystem.Instance, _bench.Folder.Root);
        var registry = new ModelRegistry(_bench.Data, _bench.Time, traced, null, new EventQueue(_bench.Data, ["ops"], 100, traced, _bench.Time));
        var one = registry.Register(RegistryBench.Manifest(2), "one"u8.ToArray());
        registry.Promote(RegistryBench.Key, one, RegistryBench.Reason);
        registry.Promote(RegistryBench.Key, registry.Register(RegistryBench.Manifest(3), "two"u8.ToArray()), RegistryBench.Reason);

        var states = 0;
        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Seed = 9, Random = 2, Tears = 1 }))
        {
            states++;
            using var after = new RegistryBench();
            Directory.Move(state.Folder, after.Folder.Root);
            Directory.CreateDirectory(state.Folder);
            var queue = new EventQueue(after.Data, ["ops"], 100, DiskFileSystem.Instance, after.Time);
            var announced = queue.Waiting("ops").Select(queue.Read).OfType<RegistryChange>().ToList();

            Assert.True(after.Open().History(RegistryBench.Key).Select(change => change.To!.Version).SequenceEqual(announced.Where(change => change.Kind == ChangeKind.Promoted).Select(change => change.To!)), $"After {state}");
            Assert.True(after.Open().Heads().Select(head => head.Version).Order().SequenceEqual(announced.Where(change => change.Kind == ChangeKind.HeadRegistered).Select(change => change.Subject).Order()), $"After {state}");
        }

        Assert.True(states > 50, $"only {states} states");
    }

    [Fact]
    public void Signatures_OfOtherBodiesSecretsOrTimes_AreNone() => Gen.Select(Gen.Byte.Array[0, 50], Gen.String, Gen.Int[0, 200]).Sample((body, secret, at) =>
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(20_000);
        var value = WebhookSignature.Sign(secret, now, body);
        Assert.True(WebhookSignature.Verify(secret, value, body, now.AddMinutes(1), TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Verify(secret, value, body, now.AddMinutes(6), TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Verify(secret, value, [.. body, 0], now, TimeSpan.FromMinutes(5)));
        var changed = value.ToCharArray();
        changed[at % changed.Length] ^= '\u0001';
        Assert.False(WebhookSignature.Verify(secret, new string(changed), body, now, TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Verify(secret, value[..(at % value.Length)], body, now, TimeSpan.FromMinutes(5)));
    });

    [Theory]
    [InlineData("""{"Registry": {"Webhooks": [{"Name": "ops", "Url": "http://127.0.0.1/", "Secret": "short"}]}}""", "Registry:Webhooks:0:Secret")]
    [InlineData("""{"Registry": {"Webhooks": [{"Name": "ops", "Url": "ftp://127.0.0.1/", "Secret": "a secret of 16 or more"}]}}""", "Registry:Webhooks:0:Url")]
    [InlineData("""{"Registry": {"Webhooks": [{"Name": "bus", "Url": "http://127.0.0.1/", "Secret": "a secret of 16 or more"}]}}""", "Registry:Webhooks:0:Name")]
    [InlineData("""{"Registry": {"Webhook": []}}""", "Registry:Webhook")]
    [InlineData("""{"Registry": {"MaxWaiting": 0}}""", "Registry:MaxWaiting")]
    [InlineData("nonsense", "settings.json")]
    public void Settings_ThatCannotBe_AreNamed(string settings, string named) =>
        Assert.Contains(named, Assert.Throws<SettingsException>(() => Announcer("", settings)).Message, StringComparison.Ordinal);

    private static string Hook(string name, Uri url) => $$"""{"Name": "{{name}}", "Url": "{{url}}", "Secret": "{{Secret}}"}""";

    private RegistryAnnouncer Announcer(string hooks, string? settings = null)
    {
        Directory.CreateDirectory(_bench.Folder.Root);
        File.WriteAllText(Path.Combine(_bench.Folder.Root, RegistrySettings.FileName), settings ?? $$"""{"Registry": {"Webhooks": [{{hooks}}] } }""");
        return RegistryAnnouncer.Open(_bench.Data, TimeProvider.System, new Random(1));
    }
}
