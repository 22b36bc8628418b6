using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Tests.Registry;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Access;

public sealed class ClientProofTests : IDisposable
{
    private static readonly HubIdentity Module = new("d", "m");

    private readonly Hubs _hub = new();
    private readonly AccessPolicies _policies;
    private readonly HubHosts _hosts = new(["hub.test", "10.0.0.5"]);
    private readonly ClientProof _proof;
    private readonly RequestAccess _access;
    private readonly HubEntry _module;

    public ClientProofTests()
    {
        _policies = AccessPolicies.LoadOrCreate(_hub.Database);
        _proof = new ClientProof(_policies, _hosts, new DeviceAuthorities([]), _hub.Time);
        _access = new RequestAccess(_policies, _hosts, _proof, _hub.Registry, _hub.Time);
        _hub.Device("d", edge: true);
        _module = _hub.Put(Module);
    }

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData("hub.test", null)]
    [InlineData("HUB.TEST", null)]
    [InlineData("10.0.0.5", null)]
    [InlineData("hub.test:8883", null)]
    [InlineData("other.test", "the token is for another resource")]
    public void Token_IsGoodForEveryNameOfTheHub(string host, string? fault) =>
        Assert.Equal(fault, _proof.Check(_module, Token(SasToken.ResourceOf(host, Module), _module.Identity.Authentication.PrimaryKey!), null).Fault);

    [Theory]
    [InlineData(-299, null)]
    [InlineData(-301, "the token has expired")]
    public void Token_ThatHasExpired_IsGoodForFiveMinutesMore(int seconds, string? fault)
    {
        var outcome = _proof.Check(_module, Token(SasToken.ResourceOf("hub.test", Module), _module.Identity.Authentication.SecondaryKey!, seconds), null);

        Assert.Equal(fault, outcome.Fault);
        Assert.Equal(fault is null ? _hub.Time.GetUtcNow().AddSeconds(seconds) : null, outcome.Expires);
    }

    [Theory]
    [InlineData("device", "hub.test", null)]
    [InlineData("device", "hub.test%2Fdevices%2Fd", null)]
    [InlineData("device", "hub.test%2Fdevices%2Fd%2Fmodules%2Fm", null)]
    [InlineData("device", "hub.test%2Fdevices%2Fother", "the token is for another resource")]
    [InlineData("iothubowner", "hub.test", null)]
    [InlineData("service", "hub.test", "the policy service lacks DeviceConnect")]
    public void Token_OfAPolicy_LetsDevicesInIfThePolicyMay(string policy, string resource, string? fault) =>
        Assert.Equal(fault, _proof.Check(_module, Token(resource, _policies.Find(policy)!.PrimaryKey, policy: policy), null).Fault);

    [Fact]
    public void Policies_ThatWereMade_StayAcrossARestart()
    {
        var keys = _policies.All.Select(policy => (policy.Name, policy.PrimaryKey)).ToList();
        _hub.Reopen();

        Assert.Equal(keys, AccessPolicies.LoadOrCreate(_hub.Database).All.Select(policy => (policy.Name, policy.PrimaryKey)));
        Assert.Equal(["device", "iothubowner", "registryRead", "registryReadWrite", "service"], keys.Select(key => key.Name));
        Assert.Equal(5, keys.DistinctBy(key => key.PrimaryKey).Count());
    }

    [Fact]
    public void Request_WhosePolicyLacksTheRight_IsToldWhichOne()
    {
        var token = Token("hub.test", _policies.Find("registryRead")!.PrimaryKey, policy: "registryRead");

        Assert.Equal("registryRead", _access.Require(token, "/devices/d", AccessRights.RegistryRead).Policy);
        var refusal = Assert.Throws<HubException>(() => _access.Require(token, "/devices/d", AccessRights.RegistryWrite));
        Assert.Equal(HubErrors.IotHubUnauthorizedAccess, refusal.Code);
        Assert.Contains("registryRead lacks RegistryWrite", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_OutsideItsTime_ProvesNothing()
    {
        var start = _hub.Time.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=d", key, HashAlgorithmName.SHA256).CreateSelfSigned(start.AddDays(1), start.AddDays(2));
        var id = new HubIdentity("x");
        var print = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var entry = _hub.Put(id, $$"""{"authentication":{"x509Thumbprint":{"secondaryThumbprint":"{{print}}" } } }""");

        Assert.Equal("the certificate is not valid now", _proof.Check(entry, null, certificate).Fault);
        _hub.Time.Advance(TimeSpan.FromDays(1.5));
        Assert.Null(_proof.Check(entry, null, certificate).Fault);
        _hub.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("the certificate is not valid now", _proof.Check(entry, null, certificate).Fault);
    }

    [Theory]
    [InlineData("x", null)]
    [InlineData("y", "it is of no device or module of this hub")]
    [InlineData("d", "it proves itself by Sas, not by a certificate")]
    [InlineData("not an id", "the certificate's common name is no client identifier")]
    public void Certificate_WhereNobodyIsNamed_IsOfItsCommonName(string name, string? fault)
    {
        var start = _hub.Time.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(start.AddDays(-1), start.AddDays(2));
        _hub.Put(new HubIdentity("x"), $$"""{"authentication":{"x509Thumbprint":{"primaryThumbprint":"{{certificate.GetCertHashString(HashAlgorithmName.SHA256)}}" } } }""");

        if (fault is null)
        {
            Assert.Equal(new HubIdentity("x"), _access.RequireAnyone(null, certificate, "/bundles/a").Self);
        }
        else
        {
            Assert.Contains(fault, Assert.Throws<HubException>(() => _access.RequireAnyone(null, certificate, "/bundles/a")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_ProvesNothing()
    {
        Assert.Equal("neither a token nor a certificate was shown", _proof.Check(_module, "", null).Fault);
        Assert.Equal("the token is malformed", _proof.Check(_module, "SharedAccessSignature sr=x", null).Fault);
    }

    private string Token(string resource, string key, int seconds = 600, string? policy = null) =>
        SasToken.Create(resource, Convert.FromBase64String(key), _hub.Time.GetUtcNow().AddSeconds(seconds), policy).ToString();
}
