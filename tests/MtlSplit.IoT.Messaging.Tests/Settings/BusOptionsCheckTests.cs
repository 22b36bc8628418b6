using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Settings;

public sealed class BusOptionsCheckTests
{
    private static readonly BusOptions Good = new() { ClientId = "me" };

    public static TheoryData<string, BusOptions> Bad => new()
    {
        { "Host", Good with { Host = "" } },
        { "Port", Good with { Port = 0 } },
        { "Port", Good with { Port = 65536 } },
        { "ClientId", Good with { ClientId = "" } },
        { "Protocol", Good with { Protocol = (BusProtocol)9 } },
        { "Password", Good with { Password = "secret" } },
        { "PublishWindow", Good with { PublishWindow = 0 } },
        { "PublishQueue", Good with { PublishQueue = 0 } },
        { "ReceiveMaximum", Good with { ReceiveMaximum = 65536 } },
        { "QosZeroQueue", Good with { QosZeroQueue = 0 } },
        { "MaximumPacketSize", Good with { MaximumPacketSize = 100 } },
        { "SessionExpiry", Good with { SessionExpiry = TimeSpan.FromSeconds(-1) } },
        { "KeepAlive", Good with { KeepAlive = TimeSpan.FromDays(1) } },
        { "PublishTimeout", Good with { PublishTimeout = TimeSpan.Zero } },
        { "ConnectTimeout", Good with { ConnectTimeout = TimeSpan.Zero } },
        { "RequestTimeout", Good with { RequestTimeout = TimeSpan.FromDays(2) } },
        { "RetryDelay", Good with { RetryDelay = TimeSpan.Zero } },
        { "MaxRetryDelay", Good with { MaxRetryDelay = TimeSpan.FromMilliseconds(50) } },
        { "BreakerWindow", Good with { BreakerWindow = TimeSpan.Zero } },
        { "BreakerPause", Good with { BreakerPause = TimeSpan.Zero } },
        { "BreakerFailures", Good with { BreakerFailures = 1 } },
        { "Tls.ClientKeyFile", Good with { Tls = new BusTlsOptions { ClientCertificateFile = "/dev/null" } } },
        { "Tls.CaFile '/no/such/file'", Good with { Tls = new BusTlsOptions { CaFile = "/no/such/file" } } },
        { "Tls.ClientKeyPem", Good with { Tls = new BusTlsOptions { ClientCertificatePem = "-----" } } },
        { "Tls.CaPem", Good with { Tls = new BusTlsOptions { CaPem = "-----", CaFile = "/dev/null" } } },
        { "Credentials", Good with { Username = "me", Credentials = _ => ValueTask.FromResult(new BusCredentials()) } },
        { "AnswerTimeout", Good with { AnswerTimeout = TimeSpan.Zero } },
        { "Will on 'a/#'", Good with { Will = new BusMessage("a/#", default) } },
        { "Will has 70000 bytes", Good with { Will = new BusMessage("a", new byte[70_000]) } },
    };

    [Fact]
    public void Defaults_AreRight_OnceThereIsAName() => Assert.Empty(BusOptionsCheck.FaultsOf(Good));

    [Theory]
    [MemberData(nameof(Bad))]
    public void Fault_NamesItsSetting_AndIsTheOnlyOne(string setting, BusOptions options)
    {
        Assert.Contains(setting, Assert.Single(BusOptionsCheck.FaultsOf(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void Require_NamesEveryFaultAndNoPassword()
    {
        var refused = Assert.Throws<ArgumentException>(() => BusOptionsCheck.Require(Good with { Host = "", Port = -1, Password = "secret" }));

        Assert.Contains("Host", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Port -1", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }
}
