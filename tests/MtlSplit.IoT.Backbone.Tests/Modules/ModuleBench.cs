using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Quarantine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Hubs;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Modules;

/// <summary>
/// The backbone as a module of the real hub: a hub, a broker, a vehicle's folders, archives of two bundles, and a cloud that answers every
/// feature as it is told to.
/// </summary>
internal sealed class ModuleBench : IAsyncDisposable
{
    public const string Fleet = "test";
    public const string Device = "car-1";
    public const string Module = "backbone";

    private readonly DirectoryInfo _folder;
    private readonly TinyBundle _next = TinyBundle.Create(2);
    private readonly SigningKey _key = SigningKey.Create();
    private readonly RunningHub _hub;
    private readonly EmbeddedBroker _broker;
    private readonly BusConnection _bus;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(ContractId Contract, FeatureMessage Message)> _features = [];
    private readonly List<ProgramUnderTest> _programs = [];
    private Task _answering = Task.CompletedTask;
    private string _connection = "";

    private ModuleBench(DirectoryInfo folder, RunningHub hub, EmbeddedBroker broker, BusConnection bus)
    {
        (_folder, _hub, _broker, _bus) = (folder, hub, broker, bus);
        Directory.CreateDirectory(Keys);
        File.WriteAllText(Path.Combine(Keys, "release.pem"), _key.PublicPem());
    }

    /// <summary>The bundle that the vehicle comes with, release 1.</summary>
    public TinyBundle Own { get; } = TinyBundle.Create(1);

    /// <summary>Another one, release 2, of another contract.</summary>
    public Bundle Next => _next.Bundle;

    public string Store => Path.Combine(_folder.FullName, "store");

    public string Keys => Path.Combine(_folder.FullName, "keys");

    /// <summary>The probability that the cloud gives to the first class of every task.</summary>
    public float FirstClass { get; set; } = 0.9f;

    /// <summary>The contract whose features the cloud puts into quarantine instead of answering them.</summary>
    public ContractId? Quarantined { get; set; }

    public ProgramUnderTest Program => _programs[^1];

    /// <summary>What came so far, in order.</summary>
    public List<(ContractId Contract, FeatureMessage Message)> Features
    {
        get
        {
            lock (_features)
            {
                return [.. _features];
            }
        }
    }

    public static async Task<ModuleBench> OpenAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("mtlsplit-module-");
        var hub = await RunningHub.StartAsync(folder.CreateSubdirectory("hub").FullName);
        var broker = await EmbeddedBroker.StartAsync(ct);
        var bus = new BusConnection(new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = "cloud" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await bus.WhenConnectedAsync(ct);
        var bench = new ModuleBench(folder, hub, broker, bus);
        await hub.SendAsync("PUT", $"/devices/{Device}", "{}");
        var module = await hub.SendAsync("PUT", $"/devices/{Device}/modules/{Module}", $$"""{"moduleId":"{{Module}}","deviceId":"{{Device}}"}""");
        bench._connection = $"HostName=localhost;DeviceId={Device};ModuleId={Module};SharedAccessKey={module!["authentication"]!["symmetricKey"]!["primaryKey"]}";
        bench._answering = bench.AnswerAsync(await bus.SubscribeAsync(DataTopics.AllFeatures(Fleet), ct));
        return bench;
    }

    /// <summary>Starts the module as an agent would.</summary>
    public ProgramUnderTest Start(params string[] args)
    {
        var program = ProgramUnderTest.Start(
            "MtlSplit.IoT.Backbone",
            new Dictionary<string, string>
            {
                ["EdgeHubConnectionString"] = _connection,
                ["EdgeModuleCACertificateFile"] = _hub.Authority,
                // Room for a busy machine: a frame dropped for lack of time would look like one lost in the change.
                ["MTLSPLIT_Backbone__WaitingFrames"] = "256",
                ["MTLSPLIT_EdgeModule__Port"] = _hub.MqttPort.ToString(CultureInfo.InvariantCulture),
            },
            ["--store", Store, "--keys", Keys, "--source", "shapes3d", .. args]);
        _programs.Add(program);
        return program;
    }

    /// <summary>Changes what the module shall be, as a merge patch.</summary>
    public Task DesireAsync(JsonObject patch) =>
        _hub.SendAsync("PATCH", $"/twins/{Device}/modules/{Module}", new JsonObject { ["properties"] = new JsonObject { ["desired"] = patch } }.ToJsonString());

    /// <summary>What every module of this fleet shall be.</summary>
    public JsonObject Base(double rate = 50) => new()
    {
        ["fleet"] = Fleet,
        ["broker"] = new JsonObject { ["host"] = _broker.Host, ["port"] = _broker.Port, ["tls"] = false },
        ["publish"] = new JsonObject { ["rate"] = rate, ["encoding"] = "f32" },
    };

    /// <summary>The bundle of an archive, as a twin names it.</summary>
    public static JsonObject Wish(Bundle bundle, string archive) => new()
    {
        ["bundle"] = new JsonObject
        {
            ["source"] = new Uri(archive).AbsoluteUri,
            ["digest"] = bundle.Digest,
            ["contract"] = bundle.Contract.ToString(),
            ["release"] = bundle.Manifest.ReleaseCounter,
        },
    };

    /// <summary>The archive of <see cref="Next"/>, changed as wanted, and the bundle in it.</summary>
    public (Bundle Bundle, string Archive) Pack(Func<BundleManifest, BundleManifest>? change = null, SigningKey? key = null)
    {
        var into = _folder.CreateSubdirectory($"archive-{Guid.NewGuid():N}").FullName;
        var (path, _) = DerivedBundle.Write(Next, key ?? _key, into, change ?? (manifest => manifest));
        var unpacked = Path.Combine(into, "unpacked");
        System.IO.Compression.ZipFile.ExtractToDirectory(path, unpacked);
        return (Bundle.Open(unpacked), path);
    }

    /// <summary>Waits until what the module reports is so.</summary>
    public async Task<BackboneReported> ReportedAsync(Func<BackboneReported, bool> holds, string what)
    {
        BackboneReported? last = null;
        try
        {
            await _hub.ReportedAsync(
                Device, Module, json => (last = BackboneReported.TryParse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()))) is { } reported && holds(reported), what);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Program.Log}");
        }

        return last!;
    }

    /// <summary>Calls one of its methods.</summary>
    public async Task<(int Status, string Payload)> CallAsync(string method, JsonNode? payload)
    {
        var answer = await _hub.SendAsync(
            "POST", $"/twins/{Device}/modules/{Module}/methods",
            new JsonObject { ["methodName"] = method, ["payload"] = payload, ["responseTimeoutInSeconds"] = 10, ["connectTimeoutInSeconds"] = 10 }.ToJsonString());
        return (answer!["status"]!.GetValue<int>(), answer["payload"]?.ToJsonString() ?? "null");
    }

    /// <summary>Waits for more features of a contract.</summary>
    public async Task FeaturesAsync(ContractId contract, int count, string what)
    {
        var goal = Features.Count(f => f.Contract == contract) + count;
        try
        {
            await Expect.UntilAsync(() => _answering.IsFaulted || Features.Count(f => f.Contract == contract) >= goal, what, TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Program.Log}");
        }

        if (_answering.IsFaulted)
        {
            await _answering;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _answering;
        _stop.Dispose();
        await _bus.DisposeAsync();
        await _broker.DisposeAsync();
        await _hub.DisposeAsync();
        Own.Dispose();
        _next.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AnswerAsync(IBusSubscription features)
    {
        try
        {
            await foreach (var delivery in features.Deliveries.ReadAllAsync(_stop.Token))
            {
                Assert.True(DataTopic.TryParse(delivery.Topic, out var topic));
                Assert.True(ContractId.TryParse(topic.Leaf, out var contract));
                Assert.True(FeatureMessage.TryRead(delivery.Payload.ToArray(), out var message, out var fault), fault.ToString());
                lock (_features)
                {
                    _features.Add((contract, message));
                }

                foreach (var task in Own.Bundle.Manifest.Tasks)
                {
                    await (contract == Quarantined ? RefuseAsync(contract, message, task) : AnswerAsync(contract, message, task));
                }

                delivery.Acknowledge();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(ContractId contract, FeatureMessage feature, BundleTask task)
    {
        var probabilities = new float[task.Classes.Length];
        Array.Fill(probabilities, (1 - FirstClass) / (probabilities.Length - 1));
        probabilities[0] = FirstClass;
        var prediction = new PredictionMessage(feature.Frame, contract, task.Name, "h1-a", feature.CapturedAt, 1, 1, 0, probabilities, feature.Sequence, 1);
        var payload = new byte[prediction.GetSize()];
        prediction.Write(payload);
        await _bus.PublishAsync(new BusMessage(DataTopics.Prediction(Fleet, Device, task.Name), payload), _stop.Token);
    }

    private async Task RefuseAsync(ContractId contract, FeatureMessage feature, BundleTask task)
    {
        var notice = new QuarantineNotice(contract, feature.Frame, task.Name, "no-head", 1, feature.CapturedAt);
        var payload = new byte[notice.GetSize()];
        notice.Write(payload);
        await _bus.PublishAsync(new BusMessage(DataTopics.QuarantineNotice(Fleet, Device, task.Name), payload), _stop.Token);
    }
}
