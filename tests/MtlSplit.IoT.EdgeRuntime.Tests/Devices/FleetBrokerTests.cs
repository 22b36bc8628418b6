using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Broker;
using MtlSplit.IoT.Broker.Mosquitto;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Devices;

/// <summary>The real Backbone as a module: control through edgeHub, features over TLS to a fleet's broker that knows it by the identity certificate of the workload API.</summary>
public sealed class FleetBrokerTests : IAsyncDisposable
{
    private const string Device = RunningDevice.Device;
    private const string Module = "backbone";
    private const string Fleet = "north";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-fleet-");
    private readonly TestCertificates _certificates = new("head-consumer");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Authorities => Path.Combine(_folder.FullName, "authorities.pem");

    public ValueTask DisposeAsync()
    {
        _certificates.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Module_PublishesUnderItsVehiclesName_ToMosquittoWithTheCommittedRights()
    {
        await using var device = await RunningDevice.StartAsync(trusted: _certificates.AuthorityFile);
        await TrustAsync(device);
        var acl = Path.GetFullPath(Path.Combine(CommittedBundle.Folder, "..", "..", "..", "deployment-manifests", "brokers", "fleet.acl"));
        await using var broker = await MosquittoBroker.StartAsync(Ct, new MosquittoOptions
        {
            Overrides =
            [
                new("allow_anonymous", "false"), new("cafile", Authorities), new("certfile", _certificates.ServerFile), new("keyfile", _certificates.ServerKeyFile), new("require_certificate", "true"),
                new("use_identity_as_username", "true"), new("acl_file", acl),
            ],
        });

        await FeaturesComeAsync(device, broker.Port, new BusOptions
        {
            Port = broker.Port,
            ClientId = "head-consumer",
            Tls = new BusTlsOptions { CaFile = _certificates.AuthorityFile, ServerName = "localhost", ClientCertificateFile = _certificates.ClientFile, ClientKeyFile = _certificates.ClientKeyFile },
        });
    }

    [Fact]
    public async Task Module_PublishesUnderItsVehiclesName_ToTheEmbeddedBroker()
    {
        await using var device = await RunningDevice.StartAsync(trusted: _certificates.AuthorityFile);
        await TrustAsync(device);
        await using var broker = await EmbeddedBroker.StartAsync(Ct, new BrokerOptions
        {
            Credentials = [new BrokerCredential("heads", "secret", BrokerRole.Service, Fleet)],
            Tls = new BrokerTlsOptions { CertificateFile = _certificates.ServerFile, KeyFile = _certificates.ServerKeyFile, ClientAuthorityFile = Authorities, ClientFleet = Fleet },
        });

        await FeaturesComeAsync(device, broker.Port, new BusOptions
        {
            Port = broker.Port,
            ClientId = "heads",
            Username = "heads",
            Password = "secret",
            Tls = new BusTlsOptions { CaFile = _certificates.AuthorityFile, ServerName = "localhost" },
        });
    }

    // The broker takes the device's certificates and those of the services.
    private async Task TrustAsync(RunningDevice device) => await File.WriteAllTextAsync(
        Authorities, $"{await File.ReadAllTextAsync(_certificates.AuthorityFile, Ct)}\n{await File.ReadAllTextAsync(Path.Combine(device.Data, "authority.pem"), Ct)}", Ct);

    private async Task FeaturesComeAsync(RunningDevice device, int port, BusOptions observer)
    {
        await using var bus = new BusConnection(observer, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the cloud connects");
        await using var features = await bus.SubscribeAsync(DataTopics.AllFeatures(Fleet), Ct);
        var keys = _folder.CreateSubdirectory("keys").FullName;
        using (var key = SigningKey.Create())
        {
            await File.WriteAllTextAsync(Path.Combine(keys, "release.pem"), key.PublicPem(), Ct);
        }

        var backbone = Manifests.Module("test/backbone");
        backbone["env"] = new JsonObject
        {
            ["MTLSPLIT_Backbone__Store"] = Value(Path.Combine(_folder.FullName, "bundles")),
            ["MTLSPLIT_Backbone__Keys"] = Value(keys),
            ["MTLSPLIT_Backbone__Bundle"] = Value(CommittedBundle.Folder),
            ["MTLSPLIT_Frames__Source"] = Value("shapes3d"),
        };
        var content = Manifests.Of(new JsonObject { [Module] = backbone });
        content[Module] = new JsonObject
        {
            ["properties.desired"] = new JsonObject { ["fleet"] = Fleet, ["broker"] = new JsonObject { ["host"] = "localhost", ["port"] = port } },
        };
        await device.Hub.DeployAsync(Device, content);

        BusDelivery feature;
        try
        {
            await device.Hub.ReportedAsync(Device, Module, reported => reported["active"] is not null, "the module reports its bundle");
            feature = await Expect.DeliveryAsync(features, "a feature comes over TLS");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} The module said: {await File.ReadAllTextAsync(Path.Combine(device.Data, "modules", Module, "module.log"), Ct)}", e);
        }

        Assert.StartsWith($"mtl/v1/{Fleet}/vehicles/{Device}/features/", feature.Topic, StringComparison.Ordinal);

        static JsonObject Value(string value) => new() { ["value"] = value };
    }
}
