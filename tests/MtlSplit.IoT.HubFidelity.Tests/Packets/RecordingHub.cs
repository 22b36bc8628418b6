using System.Security.Cryptography.X509Certificates;
using System.Text;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Mqtt;

namespace MtlSplit.IoT.HubFidelity.Tests.Packets;

/// <summary>
/// A server that is nobody's product: it keeps every packet, answers twin requests, and has one call, one message and one change for whoever
/// subscribes to them.
/// </summary>
internal sealed class RecordingHub : IAsyncDisposable
{
    public const string HostName = "mtl-hub.local";

    public static readonly HubIdentity Module = new("d@1", "head(2)");
    public static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");

    private readonly TestCertificates _certificates = new("head");
    private readonly X509Certificate2 _certificate;

    public RecordingHub()
    {
        _certificate = X509Certificate2.CreateFromPemFile(_certificates.ServerFile, _certificates.ServerKeyFile);
        Server = new ScriptedServer(_certificate) { Take = Take, Grant = Grant };
    }

    public ScriptedServer Server { get; }

    public string Authority => _certificates.AuthorityFile;

    public string ConnectionString =>
        $"HostName={HostName};DeviceId={Module.DeviceId};ModuleId={Module.ModuleId};SharedAccessKey={Convert.ToBase64String(Key)};GatewayHostName=localhost:{Server.Port}";

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _certificate.Dispose();
        _certificates.Dispose();
    }

    // Later connections are those of the same session.
    private byte Grant(string filter, byte qos)
    {
        Server.SessionPresent = true;
        var link = Server.Links[^1];
        if (link.Number == 0)
        {
            _ = SendAsync(link, filter);
        }

        return qos;
    }

    private static async Task SendAsync(ScriptedLink link, string filter)
    {
        // Behind the SUBACK, which this client gets from the loop that reads it.
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        if (filter == HubTopics.MethodRequests)
        {
            await link.PublishAsync(HubTopics.MethodRequest("answers", "7f"), """{"n":1}""");
        }
        else if (filter == HubTopics.DesiredPatches)
        {
            await link.PublishAsync(HubTopics.DesiredPatch(2), """{"last":true,"$version":2}""");
        }
        else if (filter.Contains("/inputs/", StringComparison.Ordinal))
        {
            await link.PublishAsync($"devices/{Module.DeviceId}/modules/{Module.ModuleId}/inputs/in/%24.cdid=d%401&%24.cmid=cam", "{}", qos: 1);
        }
    }

    private bool Take(ScriptedLink link, MqttPublish publish)
    {
        if (HubTopic.TryParse(publish.Topic, out var topic) && topic.Kind is HubTopicKind.TwinGet or HubTopicKind.TwinPatchReported)
        {
            _ = topic.Kind == HubTopicKind.TwinGet
                ? link.PublishAsync(HubTopics.TwinResponse(200, topic.RequestId!), """{"desired":{"$version":1},"reported":{"$version":1}}""")
                : link.PublishAsync(HubTopics.TwinResponse(204, topic.RequestId!, 2), "");
        }

        return true;
    }
}
