using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Backbone.Updating.Downloading;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Networks;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating;

/// <summary>A vehicle that fetches a signed bundle from the hub's own process, as its module, through a network that breaks.</summary>
public sealed class HubBundleTests : IAsyncLifetime
{
    private const int CardBytes = 400_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-hub-bundle-");
    private readonly UpdateBench _bench = new();
    private ProgramUnderTest _hub = null!;
    private CuttableRelay _relay = null!;
    private ModuleClient _module = null!;
    private BundleReference _wanted = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var card = new byte[CardBytes];
        new Random(5).NextBytes(card);
        var made = _bench.Make(6, m => m with { Files = [.. m.Files, new BundleFile("card.md", Convert.ToHexStringLower(SHA256.HashData(card)), CardBytes)] }, ("card.md", card));
        var ready = Path.Combine(_folder.FullName, "ready.json");
        _hub = ProgramUnderTest.Start(
            Path.Combine("..", "..", "MtlSplit.IoT.DevHub", new DirectoryInfo(AppContext.BaseDirectory).Name, "MtlSplit.IoT.DevHub"),
            "hub", "--data", _folder.FullName, "--https-port", "0", "--mqtt-port", "0", "--bundles", _bench.Archives, "--ready-file", ready);
        await Expect.UntilAsync(() => File.Exists(ready), "the hub listens");
        var at = JsonNode.Parse(await File.ReadAllTextAsync(ready, Ct))!;
        var (authority, port) = (at["authority"]!.GetValue<string>(), at["httpsPort"]!.GetValue<int>());
        _relay = new CuttableRelay("127.0.0.1", () => port);
        var key = await RegisterAsync(HubConnectionString.Parse(await File.ReadAllTextAsync(at["connectionStringFile"]!.GetValue<string>(), Ct)), authority, port);
        _module = ModuleClient.FromConnectionString($"HostName=localhost;DeviceId=car-1;ModuleId=backbone;SharedAccessKey={key}", new ModuleClientOptions(), TimeProvider.System, NullLogger.Instance);
        _bench.Options = new DownloadOptions
        {
            // The vehicle's clock stands still.
            RetryDelay = TimeSpan.Zero,
            Authorities = [X509CertificateLoader.LoadCertificateFromFile(authority)],
            Authorise = new OwnHub(_module.HubHostName, _module.CreateTokenAsync).AuthoriseAsync,
        };
        _wanted = BundleReference.Parse(made.Digest, $"https://localhost:{_relay.Port}/bundles/{made.Digest}.mtlbundle");
    }

    public async ValueTask DisposeAsync()
    {
        await _module.DisposeAsync();
        await _relay.DisposeAsync();
        await _hub.DisposeAsync();
        _bench.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ASignedBundle_IsInstalled_ThroughACutInTheMiddle_WithoutBeginningAnew()
    {
        var installer = await _bench.StartAsync();
        List<long> there = [];
        _bench.OnDownloaded = there.Add;
        _relay.CutAfterAnswers(CardBytes / 2);

        var outcome = await Expect.WithinAsync(installer.InstallAsync(_wanted, Ct), "the bundle is installed");

        Assert.Equal(new InstallOutcome(_wanted.Digest, InstallResult.Activated), outcome);
        Assert.Equal([_wanted.Digest], _bench.Swapped);
        Assert.Equal(2, _relay.Connections);
        Assert.Equal(there.Order(), there);
        Assert.InRange(there.Count(bytes => bytes < CardBytes / 2), 1, int.MaxValue);
        _bench.AssertSound();
    }

    [Fact]
    public async Task WithoutTheModulesToken_TheHubGivesNothing()
    {
        _bench.Options = _bench.Options with { Authorise = new OwnHub("another.example", _module.CreateTokenAsync).AuthoriseAsync };
        var installer = await _bench.StartAsync();

        var outcome = await Expect.WithinAsync(installer.InstallAsync(_wanted, Ct), "the bundle is refused");

        Assert.Equal(BundleFault.DownloadFailed, outcome.Fault);
        Assert.Contains("401", outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(_bench.Swapped);
    }

    /// <summary>Registers the device and its module; gives the module's key.</summary>
    private static async Task<string> RegisterAsync(HubConnectionString owner, string authority, int port)
    {
        using var ca = X509CertificateLoader.LoadCertificateFromFile(authority);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { ca }, RevocationMode = X509RevocationMode.NoCheck },
            },
        });
        var token = SasToken.Create(owner.HostName, Convert.FromBase64String(owner.SharedAccessKey!), TimeProvider.System.GetUtcNow().AddMinutes(10), owner.SharedAccessKeyName);
        var made = "";
        foreach (var path in (string[])["devices/car-1", "devices/car-1/modules/backbone"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"https://localhost:{port}/{path}?api-version=2021-04-12") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Authorization", token.ToString());
            using var answer = await http.SendAsync(request, Ct);
            made = await answer.Content.ReadAsStringAsync(Ct);
            Assert.True(answer.IsSuccessStatusCode, made);
        }

        return JsonNode.Parse(made)!["authentication"]!["symmetricKey"]!["primaryKey"]!.GetValue<string>();
    }
}
