using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

public abstract partial class BusSuite
{
    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task Password_RightAndWrong_IsTakenAndRefusedByName(BusProtocol protocol)
    {
        await using var secured = await StartSecuredAsync(new BrokerSecurity { User = "service", Password = "s3cret" }, Ct);
        BusOptions As(BusOptions o, string password) =>
            o with { Port = secured.Port, Protocol = protocol, Username = "service", Password = password };

        await ConnectAsync("right", o => As(o, "s3cret"));
        var wrong = Start("wrong", o => As(o, "guess"));
        var refusal = await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(wrong.WhenConnectedAsync(Ct), "the refusal"));

        Assert.True(refusal.IsPermanent);
        Assert.Contains(refusal.ReasonCode, new byte[] { 0x86, 0x87 });
        Assert.Contains("'wrong'", refusal.Message, StringComparison.Ordinal);
        Assert.Matches("bad user name or password|not authorized", refusal.Message);
    }

    [Fact]
    public async Task Tls_ClientCertificate_ConnectsAndWithoutItIsRefused()
    {
        using var certificates = new TestCertificates("vehicle-7");
        await using var secured = await StartSecuredAsync(new BrokerSecurity { Certificates = certificates }, Ct);
        BusOptions With(BusOptions o, bool certificate) => o with
        {
            Port = secured.Port,
            Tls = new BusTlsOptions
            {
                CaFile = certificates.AuthorityFile,
                ServerName = "localhost",
                ClientCertificateFile = certificate ? certificates.ClientFile : null,
                ClientKeyFile = certificate ? certificates.ClientKeyFile : null,
            },
        };
        const string Topic = "mtl/v1/f/vehicles/vehicle-7/status";

        var known = await ConnectAsync("vehicle-7", o => With(o, certificate: true));
        var subscription = await known.SubscribeAsync("mtl/v1/f/vehicles/vehicle-7/#", Ct);
        var payload = new byte[150_000];
        new Random(3).NextBytes(payload);
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await Expect.OutcomeAsync(known, new BusMessage(Topic, payload))).IsDelivered);
        }

        Assert.All(await Expect.DeliveriesAsync(subscription, 20, "large messages over TLS"), d => Assert.Equal(payload, d.Payload.ToArray()));
        var unknown = Start("unknown", o => With(o, certificate: false));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(() => unknown.WhenConnectedAsync(patience.Token));
        Assert.NotEqual(BusState.Connected, unknown.State);
    }

    [Fact]
    public async Task Tls_ServerOfAnotherAuthority_IsNotTrusted()
    {
        using var certificates = new TestCertificates("vehicle-7");
        using var others = new TestCertificates("vehicle-7");
        await using var secured = await StartSecuredAsync(new BrokerSecurity { Certificates = certificates }, Ct);
        var deceived = Start("deceived", o => o with
        {
            Port = secured.Port,
            Tls = new BusTlsOptions { CaFile = others.AuthorityFile, ServerName = "localhost" },
        });

        var refusal = await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(deceived.WhenConnectedAsync(Ct), "the refusal"));

        Assert.True(refusal.IsPermanent);
        Assert.Contains($"certificate of the broker at {secured.Host}:{secured.Port} is not accepted", refusal.Message, StringComparison.Ordinal);
    }

    protected abstract Task<IBrokerUnderTest> StartSecuredAsync(BrokerSecurity security, CancellationToken ct);
}
