using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.EdgeRuntime.Workload;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Certificates;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Workload;

/// <summary>The workload API over its socket, with this process as the module <c>head</c>.</summary>
public sealed class WorkloadServerTests : IModuleIdentities, IModuleProcesses, IAsyncDisposable
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-w-");
    private readonly TestCertificates _certificates = new("client");
    private readonly DeviceAuthority _authority;
    private readonly WorkloadServer _server;
    private readonly HttpClient _http;

    public WorkloadServerTests()
    {
        var folder = new EdgeFolder(_folder.FullName);
        _authority = DeviceAuthority.LoadOrCreate(folder, "d1", TimeProvider.System);
        var hub = new HubAddress("mtl-hub.local", "127.0.0.1", 8883, 8443, new HubIdentity("d1"), Key, File.ReadAllText(_certificates.AuthorityFile));
        _server = new WorkloadServer(folder.WorkloadSocket, this, this, _authority, ModuleSecrets.LoadOrCreate(folder), hub, TimeProvider.System, NullLogger.Instance);
        _server.Start();
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.WorkloadSocket), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://workload") };
    }

    IReadOnlyCollection<ModuleIdentity> IModuleIdentities.All => [];

    ModuleIdentity? IModuleIdentities.Find(string moduleId) => moduleId is "head" or "other" ? new(new HubIdentity("d1", moduleId), "17", Key, [], "IotEdge") : null;

    bool IModuleProcesses.Owns(string moduleId, int process) => moduleId == "head" && process == Environment.ProcessId;

    IReadOnlyList<(string ModuleId, string Status)> IModuleProcesses.List() => [("head", "running")];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _authority.Dispose();
        _certificates.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Sign_OfTheKnownVector_IsWhatTheSdksMake()
    {
        var (status, body) = await PostAsync("/modules/head/genid/17/sign", new JsonObject
        {
            ["keyId"] = "primary",
            ["algo"] = "HMACSHA256",
            ["data"] = Convert.ToBase64String("mtl-hub.local%2Fdevices%2Fd1%2Fmodules%2Fhead\n1795407552"u8),
        });

        Assert.Equal(200, status);
        Assert.Equal("bBp67XXXhcEhPtKuCiGaXQT1OScadPitYw9EKJHiPNA=", body["digest"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(403, "/modules/other/genid/17/sign")]
    [InlineData(404, "/modules/head/genid/16/sign")]
    [InlineData(404, "/modules/nobody/genid/17/sign")]
    [InlineData(404, "/modules/head/fly")]
    [InlineData(403, "/modules/other/certificate/identity")]
    [InlineData(400, "/modules/head/genid/17/sign")]
    [InlineData(400, "/modules/head/genid/17/certificate/server")]
    public async Task Request_ThatMayNotBeServed_IsAnsweredWithItsStatusAndMessage(int expected, string path)
    {
        var (status, body) = await PostAsync(path, new JsonObject { ["data"] = "not base64!" });

        Assert.Equal(expected, status);
        Assert.NotEmpty(body["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?api-version=2017-01-01")]
    public async Task Version_ThatIsNotKnown_IsRefused(string query) =>
        Assert.Equal(400, (int)(await _http.GetAsync($"/trust-bundle{query}", TestContext.Current.CancellationToken)).StatusCode);

    [Fact]
    public async Task Certificates_AreOfTheTrustBundle()
    {
        var bundle = JsonNode.Parse(await _http.GetStringAsync("/trust-bundle?api-version=2018-06-28", TestContext.Current.CancellationToken))!["certificate"]!.GetValue<string>();
        var (serverStatus, server) = await PostAsync("/modules/head/genid/17/certificate/server", new JsonObject { ["commonName"] = "10.1.2.3", ["expiration"] = "2999-01-01T00:00:00Z" });
        var (identityStatus, identity) = await PostAsync("/modules/head/certificate/identity", []);

        Assert.Equal((201, 201), (serverStatus, identityStatus));
        foreach (var (issued, name) in new[] { (server, "10.1.2.3"), (identity, "d1") })
        {
            using var certificate = X509Certificate2.CreateFromPem(issued["certificate"]!.GetValue<string>(), issued["privateKey"]!["bytes"]!.GetValue<string>());
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(bundle);
            Assert.True(chain.Build(certificate));
            Assert.Equal(name, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        }
    }

    [Fact]
    public async Task TrustBundle_HoldsTheHubsAuthorityToo()
    {
        var bundle = JsonNode.Parse(await _http.GetStringAsync("/trust-bundle?api-version=2018-06-28", TestContext.Current.CancellationToken))!["certificate"]!.GetValue<string>();

        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPem(bundle);

        using var hub = X509CertificateLoader.LoadCertificateFromFile(_certificates.AuthorityFile);
        Assert.Equal([_authority.Certificate.Thumbprint, hub.Thumbprint], trusted.Select(one => one.Thumbprint));
    }

    [Fact]
    public async Task Secret_Encrypted_IsReadAgainWithTheSameVectorOnly()
    {
        var (_, sealedBody) = await PostAsync("/modules/head/genid/17/encrypt", new JsonObject { ["plaintext"] = "c2VjcmV0", ["initializationVector"] = "AAAA" });
        var ciphertext = sealedBody["ciphertext"]!.GetValue<string>();

        var (_, opened) = await PostAsync("/modules/head/genid/17/decrypt", new JsonObject { ["ciphertext"] = ciphertext, ["initializationVector"] = "AAAA" });
        var (refused, _) = await PostAsync("/modules/head/genid/17/decrypt", new JsonObject { ["ciphertext"] = ciphertext, ["initializationVector"] = "AAAB" });

        Assert.Equal("c2VjcmV0", opened["plaintext"]!.GetValue<string>());
        Assert.Equal(400, refused);
    }

    [Fact]
    public async Task WorkloadClient_OfAModule_IsServed()
    {
        using var client = new WorkloadClient(new WorkloadOptions { Address = new Uri(_server.Address), ModuleId = "head", GenerationId = "17" }, TimeProvider.System);

        Assert.Equal(HMACSHA256.HashData(Key, "x"u8), Convert.FromBase64String(await client.SignAsync("x"u8.ToArray(), TestContext.Current.CancellationToken)));
        Assert.Contains("BEGIN CERTIFICATE", await client.TrustBundleAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Secrets_OnDisk_AreTheirOwnersAlone()
    {
        foreach (var file in Directory.GetFiles(_folder.FullName, "*.key"))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private async Task<(int Status, JsonNode Body)> PostAsync(string path, JsonObject body)
    {
        using var response = await _http.PostAsync($"{path}?api-version=2018-06-28", JsonContent.Create<JsonNode>(body), TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
