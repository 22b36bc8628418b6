using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Hubs;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Running;

/// <summary>A hub that serves one archive, with a device and its module, a second device, one that is disabled, and a truck that has a certificate.</summary>
public sealed class ServedBundles : IAsyncLifetime
{
    public static readonly string Digest = new('a', 64);

    private RunningHub? _hub;

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("mtlsplit-served-");

    public TestCertificates Certificates { get; } = new("truck", "lorry");

    public byte[] Archive { get; } = new byte[1_000_000];

    public string Tag => $"\"{Convert.ToHexStringLower(SHA256.HashData(Archive))}\"";

    /// <summary>Keys by the path of who has them.</summary>
    public Dictionary<string, byte[]> Keys { get; } = new(StringComparer.Ordinal);

    public HttpClient Http { get; private set; } = null!;

    internal RunningHub Hub => _hub!;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var served = Folder.CreateSubdirectory("served").FullName;
        new Random(3).NextBytes(Archive);
        await File.WriteAllBytesAsync(Path.Combine(served, $"{Digest}.mtlbundle"), Archive, ct);
        await File.WriteAllTextAsync(Path.Combine(Folder.FullName, "secret.mtlbundle"), "secret", ct);
        await File.WriteAllTextAsync(Path.Combine(served, ".hidden.mtlbundle"), "hidden", ct);
        await File.WriteAllTextAsync(Path.Combine(served, "release.key.pem"), "key", ct);
        _hub = await RunningHub.StartAsync(Folder.FullName, "--bundles", served, "--device-authority", Certificates.AuthorityFile);
        await RegisterAsync("/devices/d", """{"capabilities":{"iotEdge":true}}""");
        await RegisterAsync("/devices/d/modules/m", "{}");
        await RegisterAsync("/devices/other", "{}");
        await RegisterAsync("/devices/retired", """{"status":"disabled"}""");
        await RegisterAsync("/devices/truck", """{"authentication":{"type":"certificateAuthority"}}""");
        Http = Client(null);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Hub.DisposeAsync();
        Certificates.Dispose();
        Folder.Delete(recursive: true);
    }

    /// <summary>A client of a hub, this one unless another is given.</summary>
    internal HttpClient Client(X509Certificate2? certificate, RunningHub? hub = null)
    {
        var at = (hub ?? Hub).At;
        var authority = X509CertificateLoader.LoadCertificateFromFile(at["authority"]!.GetValue<string>());
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, at["httpsPort"]!.GetValue<int>(), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = certificate is null ? null : [certificate],
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) };
    }

    private async Task RegisterAsync(string path, string body)
    {
        var (status, made) = await Hub.TrySendAsync("PUT", path, body);
        Assert.Equal(200, status);
        if (made!["authentication"]!["symmetricKey"]?["primaryKey"]?.GetValue<string>() is { Length: > 0 } key)
        {
            Keys[path] = Convert.FromBase64String(key);
        }
    }
}
