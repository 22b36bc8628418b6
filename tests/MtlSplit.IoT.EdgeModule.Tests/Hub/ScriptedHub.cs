using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.HubProtocol.Twins;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Mqtt;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.EdgeModule.Tests.Hub;

/// <summary>
/// A hub for one module, <c>d1/head</c> of <c>mtl-hub.local</c>, that a test can make misbehave: TLS, tokens checked, one twin, methods, inputs. It
/// keeps every packet, and what it is told not to take it does not acknowledge.
/// </summary>
public sealed class ScriptedHub : IAsyncDisposable
{
    public const string HostName = "mtl-hub.local";

    public static readonly HubIdentity Module = new("d1", "head");
    public static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");

    private readonly X509Certificate2 _certificate;
    private readonly List<ModuleClient> _clients = [];
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(int Status, string Body)>> _calls = new();
    private TwinSection _desired = TwinSection.Create(TwinSectionKind.Desired, DateTimeOffset.UnixEpoch);
    private TwinSection _reported = TwinSection.Create(TwinSectionKind.Reported, DateTimeOffset.UnixEpoch);
    private int _lastCall;

    public ScriptedHub(Func<X509Certificate2?, bool>? accepts = null)
    {
        _certificate = X509Certificate2.CreateFromPemFile(Certificates.ServerFile, Certificates.ServerKeyFile);
        Server = new ScriptedServer(_certificate, accepts) { SessionPresent = true, Admit = Admit, Take = Take };
    }

    public TestCertificates Certificates { get; } = new("head");

    public ScriptedServer Server { get; }

    public string AuthoritiesPem => File.ReadAllText(Certificates.AuthorityFile);

    public string ConnectionString => $"HostName={HostName};DeviceId=d1;ModuleId=head;SharedAccessKey={Convert.ToBase64String(Key)};GatewayHostName=localhost:{Server.Port}";

    /// <summary>Whether a telemetry message is acknowledged; all are by default.</summary>
    public Func<ScriptedLink, MqttPublish, bool> TakesEvent { get; set; } = (_, _) => true;

    /// <summary>What is answered to a twin request in place of the twin; null, as by default: the twin.</summary>
    public Func<ScriptedLink, HubTopic, (int Status, string Body)?> AnswersTwin { get; set; } = (_, _) => null;

    /// <summary>Whether twin requests are answered at all.</summary>
    public Func<ScriptedLink, HubTopic, bool> HearsTwin { get; set; } = (_, _) => true;

    /// <summary>Whether changes of the desired properties are told.</summary>
    public bool TellsDesired { get; set; } = true;

    public JsonObject Desired => Locked(() => _desired.Properties);

    public long DesiredVersion => Locked(() => _desired.Version);

    public JsonObject Reported => Locked(() => _reported.Properties);

    /// <summary>Connections that were accepted and are still there.</summary>
    public ScriptedLink? Live => Server.Links.LastOrDefault(link => !link.Ended.Task.IsCompleted);

    /// <summary>The telemetry received, in order, repeats included.</summary>
    public IEnumerable<MqttPublish> Events => Server.Publishes.Where(p => p.Topic.Contains("/messages/events/", StringComparison.Ordinal));

    /// <summary>A client of this hub; disposed with it.</summary>
    public ModuleClient Client(Action<ModuleClientOptions>? change = null, string? connectionString = null, TimeProvider? time = null)
    {
        var client = ModuleClient.FromConnectionString(connectionString ?? ConnectionString, Options(change), time ?? TimeProvider.System, NullLogger.Instance);
        _clients.Add(client);
        return client;
    }

    /// <summary>Settings that trust this hub and are quick.</summary>
    public ModuleClientOptions Options(Action<ModuleClientOptions>? change = null)
    {
        var options = new ModuleClientOptions
        {
            AuthoritiesPem = AuthoritiesPem,
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
            CloseTimeout = TimeSpan.FromSeconds(2),
        };
        change?.Invoke(options);
        return options;
    }

    /// <summary>Changes the desired properties, and tells a connected and subscribed module.</summary>
    public Task ChangeDesiredAsync(string patch)
    {
        var parsed = JsonNode.Parse(patch)!.AsObject();
        long version;
        lock (_gate)
        {
            _desired = _desired.Apply(parsed, DateTimeOffset.UnixEpoch);
            version = _desired.Version;
        }

        return TellsDesired ? TellDesiredAsync(version, HubJson.ToUtf8(TwinSection.Notification(parsed, version))) : Task.CompletedTask;
    }

    public Task TellDesiredAsync(long version, byte[] body) => Subscribed(HubTopics.DesiredPatches) is { } link
        ? link.PublishAsync(HubTopics.DesiredPatch(version), body)
        : Task.CompletedTask;

    /// <summary>Calls a method as the hub would.</summary>
    public async Task<(int Status, string Body)> CallAsync(string method, string body)
    {
        var rid = $"{Interlocked.Increment(ref _lastCall):x}";
        var answer = _calls.GetOrAdd(rid, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        await Expect.UntilAsync(() => Subscribed(HubTopics.MethodRequests) is not null, "the module subscribes to method calls");
        await Subscribed(HubTopics.MethodRequests)!.PublishAsync(HubTopics.MethodRequest(method, rid), body);
        return await Expect.WithinAsync(answer.Task, $"an answer to {method}");
    }

    /// <summary>The connection that has subscribed to a filter.</summary>
    public ScriptedLink? Subscribed(string filter) => Live is { } link
        && Server.Frames.Any(f => f.Link == link.Number && f.Type == 8 && f.AsSubscribe().Filters.Any(s => s.Filter == filter)) ? link : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await Server.DisposeAsync();
        _certificate.Dispose();
        Certificates.Dispose();
    }

    private static byte Admit(MqttConnect connect) =>
        MqttUsername.TryParse(connect.Username, out var user, out _) && user.Identity == Module && connect.ClientId == Module.ClientId
        && SasToken.TryParse(connect.PasswordText, out var token) && token.IsSignedWith(Key) && token.Covers(HostName, Module)
        && !token.IsExpired(TimeProvider.System.GetUtcNow(), TimeSpan.Zero) ? (byte)0 : (byte)5;

    private bool Take(ScriptedLink link, MqttPublish publish)
    {
        if (!HubTopic.TryParse(publish.Topic, out var topic))
        {
            link.Cut();
            return false;
        }

        switch (topic.Kind)
        {
            case HubTopicKind.Telemetry:
                return TakesEvent(link, publish);
            case HubTopicKind.MethodResponse:
                _calls.GetOrAdd(topic.RequestId!, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult((topic.Status!.Value, publish.Text));
                return true;
            case HubTopicKind.TwinGet or HubTopicKind.TwinPatchReported when HearsTwin(link, topic):
                Answer(link, topic, publish);
                return true;
            default:
                return true;
        }
    }

    private void Answer(ScriptedLink link, HubTopic topic, MqttPublish publish)
    {
        if (AnswersTwin(link, topic) is var (status, body))
        {
            _ = link.PublishAsync(HubTopics.TwinResponse(status, topic.RequestId!), body);
            return;
        }

        lock (_gate)
        {
            if (topic.Kind == HubTopicKind.TwinGet)
            {
                var twin = new JsonObject { ["desired"] = _desired.ToClientJson(), ["reported"] = _reported.ToClientJson() };
                _ = link.PublishAsync(HubTopics.TwinResponse(200, topic.RequestId!), twin.ToJsonString());
            }
            else if (HubJson.TryParseObject(publish.Payload, out var patch, out _) && _reported.TryApply(patch, DateTimeOffset.UnixEpoch, out var next, out _))
            {
                _reported = next;
                _ = link.PublishAsync(HubTopics.TwinResponse(204, topic.RequestId!, next.Version), "");
            }
            else
            {
                _ = link.PublishAsync(
                    HubTopics.TwinResponse(400, topic.RequestId!), HubErrors.IotHubFormatError.ToTwinBody("no patch", "t", DateTimeOffset.UnixEpoch).ToJsonString());
            }
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
