using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Backbone.Updating.Downloading;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Certificates;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Downloading;

/// <summary>The module's token goes to its own hub and nowhere else.</summary>
public sealed class OwnHubTests : IAsyncDisposable
{
    private const string Token = "SharedAccessSignature sr=localhost%2Fdevices%2Fd&sig=AAAA&se=1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-own-");
    private readonly TestCertificates _certificates = new("car-1");
    private readonly X509Certificate2 _pair;
    private readonly RangeServer _one;
    private readonly RangeServer _other;

    public OwnHubTests()
    {
        _pair = X509Certificate2.CreateFromPemFile(_certificates.ServerFile, _certificates.ServerKeyFile);
        (_one, _other) = (new RangeServer("it"u8.ToArray(), _pair), new RangeServer("it"u8.ToArray(), _pair));
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        _pair.Dispose();
        _certificates.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("hub.example", "https://hub.example/bundles/a", true)]
    [InlineData("hub.example", "https://HUB.example:8443/bundles/a", true)]
    [InlineData("hub.example:8443", "https://hub.example:8443/bundles/a", true)]
    [InlineData("hub.example:443", "https://hub.example/bundles/a", true)]
    [InlineData("[::1]", "https://[::1]:8443/bundles/a", true)]
    [InlineData("10.0.0.5", "https://10.0.0.5:8443/bundles/a", true)]
    [InlineData("hub.example:8443", "https://hub.example/bundles/a", false)]
    [InlineData("hub.example:443", "https://hub.example:8443/bundles/a", false)]
    [InlineData("hub.example", "http://hub.example/bundles/a", false)]
    [InlineData("hub.example", "https://hub.example/elsewhere/a", false)]
    [InlineData("hub.example", "https://hub.example/bundles/../elsewhere/a", false)]
    [InlineData("hub.example", "https://hub.example.evil.example/bundles/a", false)]
    [InlineData("hub.example", "https://evil.example/bundles/a", false)]
    [InlineData("hub.example", "https://hub.example@evil.example/bundles/a", false)]
    [InlineData("hub.example", "https://evil.example/?https://hub.example/bundles/a", false)]
    [InlineData("hub.example", "https://sub.hub.example/bundles/a", false)]
    [InlineData("no host", "https://hub.example/bundles/a", false)]
    public async Task Token_IsForTheHubAlone(string hub, string address, bool given)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);

        await new OwnHub(hub, _ => Task.FromResult<string?>(Token)).AuthoriseAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(given ? Token : null, request.Headers.Authorization?.ToString());
    }

    [Fact]
    public async Task Module_ThatHasACertificate_SendsNoToken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://hub.example/bundles/a");

        await new OwnHub("hub.example", _ => Task.FromResult<string?>(null)).AuthoriseAsync(request, TestContext.Current.CancellationToken);

        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public async Task Redirect_TakesNoTokenAlong_WhicheverWayItLeads()
    {
        _one.Next.Enqueue(Redirect($"https://127.0.0.1:{_other.Port}/bundles/a"));
        await FetchAsync($"https://localhost:{_one.Port}/bundles/a");
        Assert.Equal(Token, Assert.Single(_one.Requests)["authorization"]);
        Assert.DoesNotContain("authorization", Assert.Single(_other.Requests).Keys);

        _other.Next.Enqueue(Redirect($"https://localhost:{_one.Port}/bundles/a"));
        await FetchAsync($"https://127.0.0.1:{_other.Port}/bundles/a");
        Assert.All([_other.Requests.Last(), _one.Requests.Last()], request => Assert.DoesNotContain("authorization", request.Keys));
    }

    [Fact]
    public async Task Token_ThatCannotBeMade_IsTriedAgain_AndGivenUpWithTheReason()
    {
        var asked = 0;

        var refused = await Assert.ThrowsAsync<BundleException>(() => FetchAsync($"https://localhost:{_one.Port}/bundles/a", _ => throw new InvalidOperationException($"no key, {++asked}")));

        Assert.Equal(BundleFault.DownloadFailed, refused.Fault);
        Assert.Contains("no key, 3", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_one.Requests);
    }

    private static RangeServer.Behaviour Redirect(string to) => new() { Status = "302 Found", Headers = $"Location: {to}\r\n" };

    private async Task FetchAsync(string source, Func<CancellationToken, Task<string?>>? token = null)
    {
        var options = new DownloadOptions
        {
            RetryDelay = TimeSpan.FromMilliseconds(5),
            FruitlessAttempts = 3,
            Authorities = [X509CertificateLoader.LoadCertificateFromFile(_certificates.AuthorityFile)],
            Authorise = new OwnHub("localhost", token ?? (_ => Task.FromResult<string?>(Token))).AuthoriseAsync,
        };
        using var download = new BundleDownload(DiskFileSystem.Instance, options, TimeProvider.System, new Random(1), NullLogger.Instance);
        var part = Path.Combine(_folder.FullName, "it.part");
        File.Delete(part);
        await download.RunAsync(BundleReference.Parse(new string('a', 64), source), part, (_, _) => { }, TestContext.Current.CancellationToken);
        Assert.Equal("it"u8, File.ReadAllBytes(part));
    }
}
