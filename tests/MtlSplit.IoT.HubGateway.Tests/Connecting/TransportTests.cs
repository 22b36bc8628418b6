using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Connecting;

public sealed class TransportTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Client_OverTls_IsServed_AndSeesItsRefusalToo()
    {
        using var files = new TestCertificates("d1");
        using var server = X509Certificate2.CreateFromPemFile(files.ServerFile, files.ServerKeyFile);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(files.AuthorityFile);
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = AnyPort, Certificate = server });
        await using var good = await bench.DialTlsAsync(authority);
        Assert.Equal(0, (await good.ConnectAsync("d1/head")).Code);
        await good.PublishAsync(GatewayBench.Telemetry, new byte[200_000], id: 1);
        Assert.Equal(1, (await good.NextAsync(PacketKind.PubAck)).Id);
        await using var bad = await bench.DialTlsAsync(authority);

        Assert.Equal(5, (await bad.ConnectAsync("d1/head", password: "wrong")).Code);
        await bad.ClosedAsync("it was refused");
        await good.SayGoodbyeAsync();
        await good.ClosedAsync("it said goodbye");
    }

    [Fact]
    public async Task Client_WithACertificate_ShowsItToTheHub_AndNeedsNoPassword()
    {
        using var files = new TestCertificates("d1");
        using var server = X509Certificate2.CreateFromPemFile(files.ServerFile, files.ServerKeyFile);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(files.AuthorityFile);
        using var own = X509Certificate2.CreateFromPemFile(files.ClientFile, files.ClientKeyFile);
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = AnyPort, Certificate = server, RequestClientCertificates = true });
        bench.Backend.Authenticate = (request, _) => ValueTask.FromResult(
            request is { Password: null, ClientCertificate: { } shown } && shown.Thumbprint == own.Thumbprint
                ? ConnectDecision.Accept()
                : ConnectDecision.Refuse(ConnectRefusal.NotAuthorised, "it shows no certificate, or another"));
        await using var with = await bench.DialTlsAsync(authority, own);
        await using var without = await bench.DialTlsAsync(authority);

        Assert.Equal(0, (await with.ConnectAsync("d1", password: null)).Code);
        Assert.Equal(5, (await without.ConnectAsync("d1", password: null)).Code);
    }

    [Fact]
    public async Task Client_ThatSpeaksNoTls_IsClosed()
    {
        using var files = new TestCertificates("d1");
        using var server = X509Certificate2.CreateFromPemFile(files.ServerFile, files.ServerKeyFile);
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = AnyPort, Certificate = server });
        await using var raw = await bench.DialAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => raw.ConnectAsync("d1/head"));
        await Expect.UntilAsync(() => bench.Gateway.Statistics.NeverConnected == 1, "it is counted");
    }

    [Fact]
    public async Task Client_ThatDoesNotTrustTheGateway_DoesNotConnect()
    {
        using var files = new TestCertificates("d1");
        using var others = new TestCertificates("d1");
        using var server = X509Certificate2.CreateFromPemFile(files.ServerFile, files.ServerKeyFile);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(others.AuthorityFile);
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = AnyPort, Certificate = server });

        await Assert.ThrowsAsync<AuthenticationException>(() => bench.DialTlsAsync(authority));
        await Expect.UntilAsync(() => bench.Gateway.Statistics.NeverConnected == 1, "it is counted");
    }

    [Fact]
    public async Task Client_OverAStream_IsServedUntilItsEnd()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = null });
        var (theirs, ours) = DuplexPipes.Pair();
        var serving = bench.Gateway.AcceptAsync(ours, null, "a WebSocket", TestContext.Current.CancellationToken);
        await using var raw = bench.Add(new RawClient(theirs));
        Assert.Equal(0, (await raw.ConnectAsync("d1/head")).Code);
        await raw.PublishAsync(GatewayBench.Telemetry, "x", id: 1);
        Assert.Equal(1, (await raw.NextAsync(PacketKind.PubAck)).Id);
        Assert.False(serving.IsCompleted);
        await raw.SayGoodbyeAsync();

        await raw.ClosedAsync("it said goodbye");
        await Expect.WithinAsync(serving, "the connection ends");
        Assert.Equal(0, bench.Gateway.Port);
    }

    [Fact]
    public async Task Client_OverAStreamThatItsOwnerCancels_IsClosed()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = null });
        var (theirs, ours) = DuplexPipes.Pair();
        using var stop = new CancellationTokenSource();
        var serving = bench.Gateway.AcceptAsync(ours, null, stop.Token);
        await using var raw = bench.Add(new RawClient(theirs));
        await raw.ConnectAsync("d1/head");
        await stop.CancelAsync();

        await Expect.WithinAsync(serving, "the connection ends");
        await bench.EventAsync("connected d1/head");
        await bench.EventAsync("disconnected d1/head");
    }

    public static TheoryData<string, GatewayOptions> Wrong => new()
    {
        { nameof(GatewayOptions.Certificate), new GatewayOptions() },
        { nameof(GatewayOptions.AllowPlaintextLoopback), new GatewayOptions { EndPoint = new IPEndPoint(IPAddress.Any, 0), AllowPlaintextLoopback = true } },
        { nameof(GatewayOptions.MaxConnections), new GatewayOptions { EndPoint = null, MaxConnections = 0 } },
        { nameof(GatewayOptions.MaxOutputBytes), new GatewayOptions { EndPoint = null, MaxOutputBytes = 1024 } },
        { nameof(GatewayOptions.ConnectTimeout), new GatewayOptions { EndPoint = null, ConnectTimeout = TimeSpan.Zero } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Options_ThatAreWrong_AreNamed(string option, GatewayOptions options) =>
        Assert.Equal(option, Assert.Throws<GatewayOptionsException>(options.Validate).Option);
}
