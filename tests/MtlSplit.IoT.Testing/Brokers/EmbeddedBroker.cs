using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Broker;

namespace MtlSplit.IoT.Testing.Brokers;

/// <summary>The broker that ships with the product, in this process.</summary>
public sealed class EmbeddedBroker : IBrokerUnderTest
{
    private readonly BrokerOptions _options;
    private MqttBroker? _broker;

    private EmbeddedBroker(BrokerOptions options) => _options = options;

    public string Name => "the embedded broker";

    public string Host => "127.0.0.1";

    public int Port { get; private set; }

    public bool KeepsSessionsAcrossRestart => false;

    /// <summary>Its counters since its last start.</summary>
    public BrokerStatistics Statistics => _broker!.Statistics;

    /// <summary>Starts one on a free port.</summary>
    public static async Task<EmbeddedBroker> StartAsync(CancellationToken ct, BrokerOptions? options = null)
    {
        var broker = new EmbeddedBroker(options ?? new BrokerOptions());
        await broker.RestartAsync(ct);
        return broker;
    }

    /// <summary>Starts one that lets in only whom it should.</summary>
    public static Task<EmbeddedBroker> StartAsync(BrokerSecurity security, CancellationToken ct) => StartAsync(ct, Options(security, port: 0));

    public async Task RestartAsync(CancellationToken ct)
    {
        await StopAsync(ct);
        _broker = new MqttBroker(WithPort(_options, Port), TimeProvider.System, NullLogger<MqttBroker>.Instance);
        await _broker.StartAsync(ct);
        Port = _broker.Port;
    }

    public async Task StopAsync(CancellationToken ct)
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
            _broker = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static BrokerOptions Options(BrokerSecurity security, int port) => new()
    {
        Port = port,
        Credentials = security.User is null ? [] : [new BrokerCredential(security.User, security.Password!, BrokerRole.Service)],
        Tls = security.Certificates is not { } certificates
            ? null
            : new BrokerTlsOptions
            {
                CertificateFile = certificates.ServerFile,
                KeyFile = certificates.ServerKeyFile,
                ClientAuthorityFile = certificates.AuthorityFile,
                RequireClientCertificate = true,
            },
    };

    private static BrokerOptions WithPort(BrokerOptions options, int port) => port == options.Port ? options : new BrokerOptions
    {
        Port = port,
        Credentials = options.Credentials,
        Tls = options.Tls,
        MaxPacketBytes = options.MaxPacketBytes,
        MaxInflight = options.MaxInflight,
    };
}
