using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Waiting;
using Polly.Retry;
using Polly.Testing;
using Polly.Timeout;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Workload;

/// <summary>The workload API, over both of its ways, well and unwell.</summary>
public sealed class WorkloadClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sign_AsksAsTheSdksDo(bool unix)
    {
        await using var daemon = new ScriptedWorkload(unix);
        using var client = Client(daemon.Address, module: "$edgeHub");

        var digest = await client.SignAsync(Encoding.ASCII.GetBytes("mtl-hub.local%2Fdevices%2Fd1%2Fmodules%2Fhead\n1795407552"), Ct);

        Assert.Equal("bBp67XXXhcEhPtKuCiGaXQT1OScadPitYw9EKJHiPNA=", digest);
        var (line, head, body) = Assert.Single(daemon.Requests);
        Assert.Equal("POST /modules/%24edgeHub/genid/g1/sign?api-version=2018-06-28 HTTP/1.1", line);
        Assert.Contains("Content-Type: application/json\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Content-Length: ", head, StringComparison.Ordinal);
        Assert.Contains("Host: ", head, StringComparison.Ordinal);
        Assert.Equal("""{"keyId":"primary","algo":"HMACSHA256","data":"bXRsLWh1Yi5sb2NhbCUyRmRldmljZXMlMkZkMSUyRm1vZHVsZXMlMkZoZWFkCjE3OTU0MDc1NTI="}""", body);
    }

    [Fact]
    public async Task TrustBundle_IsRawPem()
    {
        using var certificates = new TestCertificates("head");
        var pem = await File.ReadAllTextAsync(certificates.AuthorityFile, Ct);
        await using var daemon = new ScriptedWorkload { Answer = ScriptedWorkload.Sign([], pem + "\n" + pem) };
        using var client = Client(daemon.Address);

        Assert.Equal(pem + "\n" + pem, await client.TrustBundleAsync(Ct));
        Assert.Equal("GET /trust-bundle?api-version=2018-06-28 HTTP/1.1", Assert.Single(daemon.Requests).Line);
    }

    [Fact]
    public async Task TrustBundle_WithoutACertificate_IsRefused()
    {
        // Base64, as the API's description has it and no daemon does, is none either.
        await using var daemon = new ScriptedWorkload { Answer = ScriptedWorkload.Sign([], "TUlJ") };
        using var client = Client(daemon.Address);

        var refused = await Assert.ThrowsAsync<WorkloadException>(() => client.TrustBundleAsync(Ct));

        Assert.Contains("holds no certificate", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_ComeWithTheirKeys()
    {
        using var certificates = new TestCertificates("head");
        var reply = new JsonObject
        {
            ["privateKey"] = new JsonObject { ["type"] = "key", ["bytes"] = await File.ReadAllTextAsync(certificates.ClientKeyFile, Ct) },
            ["certificate"] = await File.ReadAllTextAsync(certificates.ClientFile, Ct),
            ["expiration"] = "2030-01-01T00:00:00Z",
        }.ToJsonString();
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (201, reply) };
        using var client = Client(daemon.Address);

        var identity = await client.IdentityCertificateAsync(expires: null, Ct);
        var server = await client.ServerCertificateAsync("edge.example", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), Ct);

        Assert.Equal(identity, server);
        Assert.Equal(TimeSpan.FromDays(2), identity.ExpiresAt - identity.ValidFrom);
        Assert.DoesNotContain("PRIVATE", identity.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            [("POST /modules/head/certificate/identity?api-version=2018-06-28 HTTP/1.1", "{}"),
            ("POST /modules/head/genid/g1/certificate/server?api-version=2018-06-28 HTTP/1.1", """{"commonName":"edge.example","expiration":"2030-01-02T02:04:05Z"}""")],
            daemon.Requests.Select(r => (r.Line, r.Body)));
    }

    [Theory]
    [InlineData("""{"certificate":"no PEM","privateKey":{"type":"key","bytes":"none"}}""", "do not belong together")]
    [InlineData("""{"certificate":"no PEM"}""", "is missing")]
    [InlineData("{}", "is missing")]
    public async Task Certificate_ThatIsNone_IsRefused(string reply, string why)
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (201, reply) };
        using var client = Client(daemon.Address);

        var refused = await Assert.ThrowsAsync<WorkloadException>(() => client.IdentityCertificateAsync(expires: null, Ct));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "does not know module 'head' with generation 'g1' (no such module)")]
    [InlineData(403, "this process does not belong to module 'head' (no such module)")]
    [InlineData(400, "it failed (no such module)")]
    public async Task Refusal_IsToldAtOnce(int status, string why)
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (status, """{"message":"no such module"}""") };
        using var client = Client(daemon.Address);

        var refused = await Assert.ThrowsAsync<WorkloadException>(() => client.SignAsync(new byte[1], Ct));

        Assert.Equal((HttpStatusCode)status, refused.Status);
        Assert.Contains(daemon.Address.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Single(daemon.Requests);
    }

    [Fact]
    public async Task DaemonInTrouble_IsAskedThreeTimesMore()
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (500, "not JSON") };
        using var client = Client(daemon.Address);

        var refused = await Assert.ThrowsAsync<WorkloadException>(() => client.SignAsync(new byte[1], Ct));

        Assert.Equal(HttpStatusCode.InternalServerError, refused.Status);
        Assert.Equal(4, daemon.Requests.Count);
    }

    [Fact]
    public async Task DaemonThatRecovers_IsEnough()
    {
        var times = 0;
        var sign = ScriptedWorkload.Sign([1]);
        await using var daemon = new ScriptedWorkload { Answer = (method, path, body) => ++times < 4 ? (503, "{}") : sign(method, path, body) };
        using var client = Client(daemon.Address);

        await client.SignAsync(new byte[1], Ct);

        Assert.Equal(4, daemon.Requests.Count);
    }

    [Theory]
    [InlineData("""{"digest":"AAAA"}""")]
    [InlineData("""{"digest":null}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("garbage")]
    [InlineData("")]
    public async Task Digest_ThatIsNone_IsRefused(string reply)
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (200, reply) };
        using var client = Client(daemon.Address);

        var refused = await Assert.ThrowsAsync<WorkloadException>(() => client.SignAsync(new byte[1], Ct));

        Assert.Contains("was not understood", refused.Message, StringComparison.Ordinal);
        Assert.Single(daemon.Requests);
    }

    [Fact]
    public async Task NoHttp_IsRefused()
    {
        await using var daemon = new ScriptedWorkload { Raw = "220 this is a mail server\r\n\r\n" };
        using var client = Client(daemon.Address);

        var refused = await Assert.ThrowsAsync<WorkloadException>(() => client.SignAsync(new byte[1], Ct));

        Assert.Contains(daemon.Address.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingSocket_IsNamed()
    {
        using var client = Client(new Uri("unix:///no/such/socket"));

        var refused = await Assert.ThrowsAsync<WorkloadException>(() => client.SignAsync(new byte[1], Ct));

        Assert.True(refused.IsTransient);
        Assert.Contains("unix:///no/such/socket failed: there is no socket '/no/such/socket'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HangingDaemon_IsGivenUp()
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => null };
        using var client = Client(daemon.Address, attempt: TimeSpan.FromMilliseconds(100));

        var refused = await Expect.WithinAsync(Assert.ThrowsAsync<WorkloadException>(() => client.SignAsync(new byte[1], Ct)), "the end of patience");

        Assert.Contains("was not answered within", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, daemon.Requests.Count);
    }

    [Fact]
    public async Task Cancelled_EndsAtOnce()
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => null };
        using var client = Client(daemon.Address);
        using var patience = new CancellationTokenSource();
        var asking = client.SignAsync(new byte[1], patience.Token);
        await Expect.UntilAsync(() => daemon.Requests.Count == 1, "the daemon is asked");

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Expect.WithinAsync(asking, "the end"));
    }

    [Fact]
    public async Task HugeAnswer_IsRefused()
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (200, new string(' ', 2 * 1024 * 1024)) };
        using var client = Client(daemon.Address);

        await Assert.ThrowsAsync<WorkloadException>(() => client.SignAsync(new byte[1], Ct));
    }

    [Theory]
    [InlineData("ftp://host/x")]
    [InlineData("unix://")]
    public void Address_OfAnotherKind_IsRefused(string address) =>
        Assert.Contains("neither unix:///path nor http://host:port", Assert.Throws<ArgumentException>(() => Client(new Uri(address))).Message, StringComparison.Ordinal);

    [Fact]
    public void Pipeline_IsATimeoutAroundThreeRetriesAroundATimeout()
    {
        var options = new WorkloadOptions { Address = new Uri("http://x"), ModuleId = "m", GenerationId = "g" };
        var strategies = WorkloadPipeline.Build(options, TimeProvider.System).GetPipelineDescriptor().Strategies.Select(s => s.Options).ToList();

        Assert.Equal(options.CallTimeout, Assert.IsType<TimeoutStrategyOptions>(strategies[0]).Timeout);
        Assert.Equal(3, Assert.IsType<RetryStrategyOptions>(strategies[1]).MaxRetryAttempts);
        Assert.Equal(options.AttemptTimeout, Assert.IsType<TimeoutStrategyOptions>(strategies[2]).Timeout);
    }

    private static WorkloadClient Client(Uri address, string module = "head", TimeSpan? attempt = null) => new(
        new WorkloadOptions
        {
            Address = address,
            ModuleId = module,
            GenerationId = "g1",
            RetryDelay = TimeSpan.FromMilliseconds(1),
            AttemptTimeout = attempt ?? TimeSpan.FromSeconds(10),
        },
        TimeProvider.System);
}
