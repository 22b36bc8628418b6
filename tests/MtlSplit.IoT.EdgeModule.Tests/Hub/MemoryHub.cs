using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Twins;
using MtlSplit.IoT.Testing.Certificates;

namespace MtlSplit.IoT.EdgeModule.Tests.Hub;

/// <summary>The gateway that ships with the product, before a hub in memory that knows one module and grants its tokens not a second more.</summary>
public sealed class MemoryHub : IHubBackend, IAsyncDisposable
{
    private readonly TestCertificates _certificates = new("head");
    private readonly X509Certificate2 _certificate;
    private readonly Lock _gate = new();
    private TwinSection _desired = TwinSection.Create(TwinSectionKind.Desired, DateTimeOffset.UnixEpoch);
    private TwinSection _reported = TwinSection.Create(TwinSectionKind.Reported, DateTimeOffset.UnixEpoch);

    public MemoryHub()
    {
        _certificate = X509Certificate2.CreateFromPemFile(_certificates.ServerFile, _certificates.ServerKeyFile);
        Gateway = new Gateway(
            new GatewayOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Certificate = _certificate, ClockSkew = TimeSpan.Zero }, this, TimeProvider.System, NullLogger.Instance);
    }

    public Gateway Gateway { get; }

    public ConcurrentQueue<HubMessage> Events { get; } = [];

    public ConcurrentQueue<string> Leavings { get; } = [];

    public int Connections { get; private set; }

    public JsonObject Reported
    {
        get
        {
            lock (_gate)
            {
                return _reported.Properties;
            }
        }
    }

    public async Task<ModuleClient> ClientAsync(Action<ModuleClientOptions>? change = null)
    {
        if (Gateway.Port == 0)
        {
            await Gateway.StartAsync();
        }

        var options = new ModuleClientOptions
        {
            AuthoritiesPem = await File.ReadAllTextAsync(_certificates.AuthorityFile),
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
            CloseTimeout = TimeSpan.FromSeconds(2),
        };
        change?.Invoke(options);
        return ModuleClient.FromConnectionString(
            $"HostName={ScriptedHub.HostName};DeviceId=d1;ModuleId=head;SharedAccessKey={Convert.ToBase64String(ScriptedHub.Key)};GatewayHostName=localhost:{Gateway.Port}",
            options,
            TimeProvider.System,
            NullLogger.Instance);
    }

    /// <summary>Changes the desired properties, and tells the module if it is there.</summary>
    public void ChangeDesired(JsonObject patch)
    {
        lock (_gate)
        {
            _desired = _desired.Apply(patch, DateTimeOffset.UnixEpoch);
            Gateway.NotifyDesired(ScriptedHub.Module, TwinSection.Notification(patch, _desired.Version));
        }
    }

    public ValueTask<ConnectDecision> AuthenticateAsync(ConnectRequest request, CancellationToken ct)
    {
        var good = request.Username.Identity == ScriptedHub.Module && SasToken.TryParse(request.Password, out var token) && token.IsSignedWith(ScriptedHub.Key)
            && token.Covers(ScriptedHub.HostName, ScriptedHub.Module) && !token.IsExpired(TimeProvider.System.GetUtcNow(), TimeSpan.Zero)
            ? DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt)
            : (DateTimeOffset?)null;
        return ValueTask.FromResult(good is null ? ConnectDecision.Refuse(ConnectRefusal.NotAuthorised, "no good token") : ConnectDecision.Accept(good));
    }

    public ValueTask ConnectedAsync(HubIdentity id, CancellationToken ct)
    {
        Connections++;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisconnectedAsync(HubIdentity id, string reason, CancellationToken ct)
    {
        Leavings.Enqueue(reason);
        return ValueTask.CompletedTask;
    }

    public ValueTask AcceptTelemetryAsync(HubIdentity id, HubMessage message, CancellationToken ct)
    {
        Events.Enqueue(message);
        return ValueTask.CompletedTask;
    }

    public ValueTask<JsonObject> GetTwinAsync(HubIdentity id, CancellationToken ct)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(new JsonObject { ["desired"] = _desired.ToClientJson(), ["reported"] = _reported.ToClientJson() });
        }
    }

    public ValueTask<long?> PatchReportedAsync(HubIdentity id, JsonObject patch, CancellationToken ct)
    {
        lock (_gate)
        {
            _reported = _reported.TryApply(patch, DateTimeOffset.UnixEpoch, out var next, out var fault) ? next : throw new HubException(HubErrors.ArgumentInvalid, fault.Message);
            return ValueTask.FromResult<long?>(_reported.Version);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _certificate.Dispose();
        _certificates.Dispose();
    }
}
