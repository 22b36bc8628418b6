using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>
/// User name, password and trust of a module at its hub, made anew for every connection: MQTT has no other way to renew a token than to
/// connect again.
/// </summary>
/// <param name="module">The module and its hub.</param>
/// <param name="proof">Makes passwords.</param>
/// <param name="workload">Gives the trust bundle where nothing else is to be trusted; null: there is none.</param>
/// <param name="options">Lifetime, trust and certificate.</param>
/// <param name="time">The clock.</param>
internal sealed class HubCredentials(ModuleEnvironment module, IModuleProof proof, WorkloadClient? workload, ModuleClientOptions options, TimeProvider time)
{
    /// <summary>How much of a token's life is used: the .NET SDK renews when 15 % are left.</summary>
    public const double RenewAtShare = 0.85;

    /// <summary>What the hub's documents and the Node SDK name today.</summary>
    public const string ApiVersion = "2021-04-12";

    private readonly string _username = new MqttUsername(module.HubHostName, module.Identity, ApiVersion, ClientType(options.ProductInfo)).ToString();
    private readonly string _resource = SasToken.ResourceOf(module.HubHostName, module.Identity);

    /// <summary>The credentials of the next connection.</summary>
    /// <exception cref="BusConnectException">They cannot be had; the message names why.</exception>
    public async ValueTask<BusCredentials> FetchAsync(CancellationToken ct)
    {
        try
        {
            // Tokens end at whole seconds.
            var now = time.GetUtcNow();
            var end = DateTimeOffset.FromUnixTimeSeconds((now + options.TokenLifetime).ToUnixTimeSeconds());
            var (password, expires) = await proof.ProveAsync(_resource, end, ct);
            return new BusCredentials
            {
                Username = _username,
                Password = password,
                RenewAt = expires is null ? null : now + ((expires - now) * RenewAtShare),
                Tls = await TrustAsync(ct),
            };
        }
        catch (WorkloadException error)
        {
            throw Unproven(error);
        }
    }

    /// <summary>A token for one request over HTTPS; null where a certificate is the proof.</summary>
    /// <exception cref="BusConnectException">It cannot be had; the message names why.</exception>
    public async ValueTask<string?> CreateTokenAsync(CancellationToken ct)
    {
        try
        {
            return (await proof.ProveAsync(_resource, time.GetUtcNow() + options.TokenLifetime, ct)).Password;
        }
        catch (WorkloadException error)
        {
            throw Unproven(error);
        }
    }

    /// <summary>
    /// Every authority that the module is told to trust beside the machine's own, whichever host they speak for, as PEM text: those of its settings, of its
    /// environment, and of the workload API; null: none.
    /// </summary>
    /// <exception cref="WorkloadException">The workload API does not say.</exception>
    /// <exception cref="IOException">The file of the environment cannot be read.</exception>
    public async ValueTask<string?> FetchAuthoritiesAsync(CancellationToken ct)
    {
        string?[] all =
        [
            options.AuthoritiesPem,
            module.AuthorityFile is { } file ? await File.ReadAllTextAsync(file, ct) : null,
            workload is not null ? await workload.TrustBundleAsync(ct) : null,
        ];
        return all.OfType<string>().ToArray() is { Length: > 0 } given ? string.Join('\n', given) : null;
    }

    private BusConnectException Unproven(WorkloadException error) => new($"Module '{module.Identity}' cannot prove who it is: {error.Message}", error);

    private static string ClientType(string? productInfo)
    {
        var version = typeof(HubCredentials).Assembly.GetName().Version?.ToString(3) ?? "0";
        return $"MtlSplit.IoT.EdgeModule/{version} (.NET {Environment.Version}){(productInfo is null ? "" : $" {productInfo}")}";
    }

    private async ValueTask<BusTlsOptions> TrustAsync(CancellationToken ct) => new()
    {
        // The bundle speaks for edge devices. A hub that is dialled itself is one that the machine knows, unless settings say otherwise.
        CaPem = options.AuthoritiesPem
            ?? (AuthorityFile is null && workload is not null && module.GatewayHostName is not null ? await workload.TrustBundleAsync(ct) : null),
        CaFile = AuthorityFile,
        ClientCertificateFile = options.CertificateFile,
        ClientKeyFile = options.CertificateKeyFile,
        ServerName = options.ServerName,
    };

    private string? AuthorityFile => options.AuthoritiesPem is null ? module.AuthorityFile : null;
}
