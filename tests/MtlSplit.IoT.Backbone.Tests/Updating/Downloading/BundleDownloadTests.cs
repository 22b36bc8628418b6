using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Backbone.Updating.Downloading;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Certificates;
using Xunit;
using Behaviour = MtlSplit.IoT.Backbone.Tests.Updating.Downloading.RangeServer.Behaviour;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Downloading;

public sealed class BundleDownloadTests : IAsyncDisposable
{
    private static readonly string Digest = new('a', 64);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-download-");
    private readonly byte[] _content = new byte[300_000];
    private readonly RangeServer _server;
    private DownloadOptions _options = new() { RetryDelay = TimeSpan.FromMilliseconds(5), MaxRetryDelay = TimeSpan.FromMilliseconds(20), FruitlessAttempts = 3 };
    private (long Bytes, long? Total) _progress;

    public BundleDownloadTests()
    {
        new Random(7).NextBytes(_content);
        _server = new RangeServer(_content);
    }

    private string Part => Path.Combine(_folder.FullName, "it.part");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AWholeFile_ComesInOneGo()
    {
        Assert.False(await RunAsync());

        Assert.Equal(_content, File.ReadAllBytes(Part));
        Assert.Equal((_content.Length, _content.Length), _progress);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task ABrokenTransfer_GoesOnWhereItEnded_AsOftenAsItBringsSomething()
    {
        // More breaks than fruitless attempts are allowed.
        for (var i = 0; i < 6; i++)
        {
            _server.Next.Enqueue(new Behaviour { CutAfter = 40_000 });
        }

        Assert.True(await RunAsync());

        Assert.Equal(_content, File.ReadAllBytes(Part));
        Assert.Equal([null, "bytes=40000-", "bytes=80000-", "bytes=120000-", "bytes=160000-", "bytes=200000-", "bytes=240000-"], _server.Requests.Select(r => r.GetValueOrDefault("range")));
        Assert.All(_server.Requests.Skip(1), r => Assert.Equal("\"one\"", r["if-range"]));
    }

    [Fact]
    public async Task AnotherProcess_GoesOnWithWhatIsThere()
    {
        await BreakAtAsync(100_000);
        _server.Requests.Clear();

        Assert.True(await RunAsync());

        Assert.Equal(_content, File.ReadAllBytes(Part));
        Assert.Equal("bytes=100000-", Assert.Single(_server.Requests)["range"]);
    }

    [Fact]
    public async Task AFileThatChanged_IsFetchedFromTheStart()
    {
        await BreakAtAsync(100_000);
        _server.Content = [.. _content.Reverse()];
        _server.Tag = "\"two\"";

        await RunAsync();

        Assert.Equal(_server.Content, File.ReadAllBytes(Part));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"weak\"")]
    public async Task WithoutAStrongTag_NothingIsGoneOnWith(string? tag)
    {
        _server.Tag = tag;
        await BreakAtAsync(100_000);
        _server.Requests.Clear();

        await RunAsync();

        Assert.Equal(_content, File.ReadAllBytes(Part));
        Assert.DoesNotContain("range", Assert.Single(_server.Requests).Keys);
    }

    [Fact]
    public async Task AServerWithoutRanges_OrWithAnotherRange_IsAskedForAll()
    {
        await BreakAtAsync(100_000);
        _server.Next.Enqueue(new Behaviour { IgnoresRange = true });
        await RunAsync();
        Assert.Equal(_content, File.ReadAllBytes(Part));

        File.Delete(Part);
        await BreakAtAsync(100_000);
        _server.Next.Enqueue(new Behaviour { RangeOff = 10 });
        await RunAsync();
        Assert.Equal(_content, File.ReadAllBytes(Part));

        File.Delete(Part);
        await BreakAtAsync(100_000);
        _server.Next.Enqueue(new Behaviour { Status = "416 Range Not Satisfiable" });
        await RunAsync();
        Assert.Equal(_content, File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task APartThatIsWholeAlready_IsFetchedNoFurther()
    {
        await RunAsync();
        _server.Requests.Clear();

        await RunAsync();

        Assert.Equal($"bytes={_content.Length - 1}-", Assert.Single(_server.Requests)["range"]);
        Assert.Equal(_content, File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task AServerThatIsBusy_IsAskedAgain_AndGivenUpInTheEnd()
    {
        _server.Next.Enqueue(new Behaviour { Status = "503 Service Unavailable", Headers = "Retry-After: 1\r\n" });
        _server.Next.Enqueue(new Behaviour { Status = "429 Too Many Requests" });
        await RunAsync();
        Assert.Equal(3, _server.Requests.Count);

        for (var i = 0; i < 3; i++)
        {
            _server.Next.Enqueue(new Behaviour { Status = "500 Internal Server Error" });
        }

        File.Delete(Part);
        var refused = await Assert.ThrowsAsync<BundleException>(() => RunAsync());
        Assert.Equal(BundleFault.DownloadFailed, refused.Fault);
        Assert.Contains("500 Internal Server Error", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("403 Forbidden")]
    [InlineData("410 Gone")]
    public async Task AServerThatHasItNot_IsAskedOnce(string status)
    {
        _server.Next.Enqueue(new Behaviour { Status = status });

        Assert.Contains(status, (await Assert.ThrowsAsync<BundleException>(() => RunAsync())).Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task AServerThatFallsSilent_IsLeft_AndAskedAgain()
    {
        _options = _options with { StallTimeout = TimeSpan.FromMilliseconds(200) };
        _server.Next.Enqueue(new Behaviour { Silent = true });
        _server.Next.Enqueue(new Behaviour { CutAfter = 50_000, Stalls = true });

        await RunAsync();

        Assert.Equal(_content, File.ReadAllBytes(Part));
        Assert.Equal("bytes=50000-", _server.Requests.Last()["range"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFileThatIsTooLarge_IsNotWritten_WhateverItsHeadersSay(bool saysNothing)
    {
        _options = _options with { MaxBytes = 100_000 };
        _server.Next.Enqueue(new Behaviour { NoLength = saysNothing });

        Assert.Equal(BundleFault.TooLarge, (await Assert.ThrowsAsync<BundleException>(() => RunAsync())).Fault);

        Assert.InRange(File.Exists(Part) ? new FileInfo(Part).Length : 0, 0, 100_000);
    }

    [Fact]
    public async Task NobodyThere_IsGivenUp()
    {
        Uri gone;
        await using (var server = new RangeServer(_content))
        {
            gone = server.Url;
        }

        Assert.Equal(BundleFault.DownloadFailed, (await Assert.ThrowsAsync<BundleException>(() => RunAsync(gone.ToString()))).Fault);
    }

    [Fact]
    public async Task Https_NeedsAnAuthorityThatCounts_AndCarriesLeave()
    {
        using var certificates = new TestCertificates("car-1");
        using var pem = X509Certificate2.CreateFromPemFile(certificates.ServerFile, certificates.ServerKeyFile);
        await using var server = new RangeServer(_content, pem);
        Assert.Equal(BundleFault.DownloadFailed, (await Assert.ThrowsAsync<BundleException>(() => RunAsync(server.Url.ToString()))).Fault);

        _options = _options with
        {
            Authorities = [X509CertificateLoader.LoadCertificateFromFile(certificates.AuthorityFile)],
            Authorise = (request, _) =>
            {
                request.Headers.Authorization = AuthenticationHeaderValue.Parse("SharedAccessSignature sr=x");
                return ValueTask.CompletedTask;
            },
        };
        await RunAsync(server.Url.ToString());

        Assert.Equal(_content, File.ReadAllBytes(Part));
        Assert.Equal("SharedAccessSignature sr=x", server.Requests.Last()["authorization"]);
    }

    [Theory]
    [InlineData("a file")]
    [InlineData("a%20file#1?")]
    public async Task AFile_ByPathOrUri_IsCopied(string name)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(file, _content);

        await RunAsync(file);
        Assert.Equal(_content, File.ReadAllBytes(Part));
        File.Delete(Part);
        await RunAsync(new UriBuilder { Scheme = "file", Host = "", Path = Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal) }.ToString());
        Assert.Equal(_content, File.ReadAllBytes(Part));
        Assert.Equal(BundleFault.DownloadFailed, (await Assert.ThrowsAsync<BundleException>(() => RunAsync(file + "-not"))).Fault);
        _options = _options with { MaxBytes = 5 };
        Assert.Equal(BundleFault.TooLarge, (await Assert.ThrowsAsync<BundleException>(() => RunAsync(file))).Fault);
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("ftp://host/it")]
    [InlineData("file://other-host/it")]
    [InlineData("")]
    public void WhatIsNoSource_IsRefusedByName(string source) =>
        Assert.Contains($"'{source}' is no source", Assert.Throws<FormatException>(() => BundleReference.Parse(Digest, source)).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatIsNoDigest_IsRefusedByName() => Assert.Contains("'ABC'", Assert.Throws<FormatException>(() => BundleReference.Parse("ABC", "/it")).Message, StringComparison.Ordinal);

    /// <summary>A process that is stopped as soon as so many bytes are there.</summary>
    private async Task BreakAtAsync(int bytes)
    {
        using var stop = new CancellationTokenSource();
        _server.Next.Enqueue(new Behaviour { CutAfter = bytes, Stalls = true });
        using var download = new BundleDownload(DiskFileSystem.Instance, _options, TimeProvider.System, new Random(1), NullLogger.Instance);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download.RunAsync(BundleReference.Parse(Digest, _server.Url.ToString()), Part, (at, _) => StopAt(at), stop.Token));

        void StopAt(long at)
        {
            if (at == bytes)
            {
                stop.Cancel();
            }
        }
    }

    private async Task<bool> RunAsync(string? source = null)
    {
        using var download = new BundleDownload(DiskFileSystem.Instance, _options, TimeProvider.System, new Random(1), NullLogger.Instance);
        return await download.RunAsync(
            BundleReference.Parse(Digest, source ?? _server.Url.ToString()), Part, (bytes, total) => _progress = (bytes, total), TestContext.Current.CancellationToken);
    }
}
