using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Archives;
using MtlSplit.IoT.DevHub.Certificates;
using MtlSplit.IoT.DevHub.Connecting;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Serving;
using MtlSplit.IoT.DevHub.Serving.Calls;
using MtlSplit.IoT.DevHub.Settings;
using MtlSplit.IoT.DevHub.Storing;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.HubGateway;

namespace MtlSplit.IoT.DevHub.Running;

/// <summary>The hub: put together at its start, taken apart at its end.</summary>
internal sealed class DevHubService(IOptions<HubOptions> options, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _log = loggers.CreateLogger<DevHubService>();
    private readonly HubOptions _options = options.Value;
    private readonly HubFolder _folder = new(options.Value.Data);
    private HubDatabase? _database;
    private DevelopmentAuthority? _authority;
    private HubClients? _clients;
    private Gateway? _gateway;
    private HubWebServer? _web;
    private BundleCalls? _bundles;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BuildAsync(cancellationToken);
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException or CryptographicException or SocketException or GatewayOptionsException)
        {
            await DisposeAsync();
            throw new StartException($"The hub does not start: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_web is not null)
        {
            await _web.StopAsync(cancellationToken);
        }

        await DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
        {
            await _web.DisposeAsync();
            _web = null;
        }

        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
            _gateway = null;
        }

        _bundles?.Dispose();
        _clients?.Dispose();
        _authority?.Dispose();
        _database?.Dispose();
        (_bundles, _clients, _authority, _database) = (null, null, null, null);
    }

    private async Task BuildAsync(CancellationToken ct)
    {
        if (!IPAddress.TryParse(_options.Address, out var address))
        {
            throw new IOException($"Hub:Address (--address) '{_options.Address}' is not an IP address.");
        }

        _bundles = _options.Bundles is { } served ? new BundleCalls(BundleFolder.Open(served), new TransferPolicy(_options.BundleTransfers, time)) : null;
        _database = HubDatabase.Open(_folder.Database);
        var names = HostNames.Of(_options.Name, _options.HostList);
        _authority = LoadOrCreateAuthority(_database);
        var certificate = new ServerCertificate(_authority, names, time, loggers.CreateLogger<ServerCertificate>());
        var policies = AccessPolicies.LoadOrCreate(_database);
        var registry = HubRegistry.Load(_database, time, loggers.CreateLogger<HubRegistry>());
        var hosts = new HubHosts(names);
        var proof = new ClientProof(policies, hosts, DeviceAuthorities.FromFiles(_options.DeviceAuthorityList), time);
        var events = new EventTail(time);
        var sessions = new SessionTable(_database);
        _clients = new HubClients(registry, time);
        var throttle = new HubThrottle(_options.Throttling, time, loggers.CreateLogger<HubThrottle>());
        var backend = new HubBackend(registry, proof, events, sessions, throttle, loggers.CreateLogger<HubBackend>());
        _gateway = new Gateway(
            new GatewayOptions
            {
                EndPoint = new IPEndPoint(address, _options.MqttPort),
                CertificateSource = () => certificate.Current,
                RequestClientCertificates = true,
                MaxConnections = _options.MaxConnections,
                ClockSkew = ClientProof.ClockSkew,
                MaxRememberedSessions = HubLimits.Entries,
            },
            backend, time, loggers.CreateLogger<Gateway>());
        _gateway.Import(sessions.ReadAll());
        _clients.Use(_gateway);
        await _gateway.StartAsync(ct);
        var parts = new HubParts(registry, new RequestAccess(policies, hosts, proof, registry, time), _clients, events, throttle) { Bundles = _bundles };
        _web = await HubWebServer.StartAsync(new IPEndPoint(address, _options.HttpsPort), certificate, parts, _gateway, loggers, ct);
        Log.Listens(_log, hosts.Own, _options.Address, _web.Port, _gateway.Port, registry.State.EntryCount);
        await AnnounceAsync(hosts, policies, ct);
    }

    private DevelopmentAuthority LoadOrCreateAuthority(HubDatabase database)
    {
        var values = new HubValues(database).ReadAll();
        if (values.TryGetValue(HubValues.AuthorityCertificate, out var certificate) && values.TryGetValue(HubValues.AuthorityKey, out var key))
        {
            return DevelopmentAuthority.Load(certificate, key);
        }

        var authority = DevelopmentAuthority.Create(_options.Name, time.GetUtcNow());
        database.Write(writer =>
        {
            HubValues.Put(writer, HubValues.AuthorityCertificate, authority.CertificatePem);
            HubValues.Put(writer, HubValues.AuthorityKey, authority.ExportKeyPem());
        });
        return authority;
    }

    // What a person needs goes to standard output; keys go only into a file that its owner alone reads.
    private async Task AnnounceAsync(HubHosts hosts, AccessPolicies policies, CancellationToken ct)
    {
        HubFolder.Write(_folder.Authority, _authority!.CertificatePem);
        foreach (var policy in policies.All)
        {
            HubFolder.WritePrivately(_folder.ConnectionString(policy.Name), $"HostName={hosts.Own};SharedAccessKeyName={policy.Name};SharedAccessKey={policy.PrimaryKey}");
        }

        var connection = _folder.ConnectionString(AccessPolicies.Owner);
        await Console.Out.WriteLineAsync($"""
            Hub                {hosts.Own}
            HTTPS, WebSocket   {_options.Address}:{_web!.Port}
            MQTT               {_options.Address}:{_gateway!.Port}
            Authority          {_folder.Authority}
            Connection string  {connection} (one file for each policy)
            """);
        if (_bundles is not null)
        {
            await Console.Out.WriteLineAsync($"Bundles            {BundleAddress(hosts)} serves {_options.Bundles}");
        }

        if (_options.ReadyFile is { } file)
        {
            var ready = new JsonObject
            {
                ["hostName"] = hosts.Own,
                ["address"] = _options.Address,
                ["httpsPort"] = _web.Port,
                ["mqttPort"] = _gateway.Port,
                ["authority"] = _folder.Authority,
                ["connectionStringFile"] = connection,
            };
            if (_bundles is not null)
            {
                ready["bundles"] = BundleAddress(hosts);
            }

            await ReadyFile.WriteAsync(file, ready, ct);
        }
    }

    private string BundleAddress(HubHosts hosts) => $"https://{hosts.Own}:{_web!.Port}{BundleCalls.Path}";
}
