using CsCheck;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Identities;

public sealed class HubConnectionStringTests
{
    [Fact]
    public void Module_WithAKey_IsRead()
    {
        var read = HubConnectionString.Parse("HostName=hub.local;DeviceId=d;ModuleId=m;SharedAccessKey=AAECAw==;GatewayHostName=localhost:18883");
        Assert.Equal(new HubConnectionString { HostName = "hub.local", DeviceId = "d", ModuleId = "m", SharedAccessKey = "AAECAw==", GatewayHostName = "localhost:18883" }, read);
        Assert.Equal(new HubIdentity("d", "m"), read.Identity);
    }

    [Fact]
    public void Service_WithAPolicy_HasNoIdentity()
    {
        var read = HubConnectionString.Parse("sharedaccesskey=AAECAw==;hostname=hub.local;SharedAccessKeyName=iothubowner;");
        Assert.Null(read.Identity);
        Assert.Equal("iothubowner", read.SharedAccessKeyName);
    }

    [Fact]
    public void Text_WrittenAndRead_IsTheSame()
    {
        // A ';' in an id followed by a '=' would begin the next pair.
        var ids = Texts.Ids.Where(id => !id.Contains(';', StringComparison.Ordinal));
        Gen.Select(ids, ids, Gen.Byte.Array[1, 40], Gen.Int[0, 2]).Sample((device, module, key, proof) =>
        {
            var made = new HubConnectionString
            {
                HostName = "hub.local:18443",
                DeviceId = device,
                ModuleId = module,
                SharedAccessKey = proof == 0 ? Convert.ToBase64String(key) : null,
                SharedAccessSignature = proof == 1 ? SasToken.Create("h", key, DateTimeOffset.UnixEpoch).ToString() : null,
                X509 = proof == 2,
            };
            Assert.Equal(made, HubConnectionString.Parse(made.ToString()));
        });
    }

    [Theory]
    [InlineData("", "connection string")]
    [InlineData("DeviceId=d;SharedAccessKey=AAAA", "HostName")]
    [InlineData("HostName=;DeviceId=d;SharedAccessKey=AAAA", "HostName")]
    [InlineData("HostName=a b;DeviceId=d;SharedAccessKey=AAAA", "HostName")]
    [InlineData("HostName=h;SharedAccessKey=AAAA", "DeviceId")]
    [InlineData("HostName=h;ModuleId=m;SharedAccessKey=AAAA", "DeviceId")]
    [InlineData("HostName=h;DeviceId=d e;SharedAccessKey=AAAA", "DeviceId")]
    [InlineData("HostName=h;DeviceId=d;ModuleId=;SharedAccessKey=AAAA", "ModuleId")]
    [InlineData("HostName=h;DeviceId=d", "SharedAccessKey")]
    [InlineData("HostName=h;DeviceId=d;SharedAccessKey=%", "SharedAccessKey")]
    [InlineData("HostName=h;DeviceId=d;SharedAccessSignature=x", "SharedAccessSignature")]
    [InlineData("HostName=h;DeviceId=d;SharedAccessKey=AAAA;x509=true", "x509")]
    [InlineData("HostName=h;DeviceId=d;x509=perhaps", "x509")]
    [InlineData("HostName=h;HostName=g;DeviceId=d;SharedAccessKey=AAAA", "HostName")]
    [InlineData("HostName=h;DeviceId=d;SharedAccesKey=AAAA", "SharedAccesKey")]
    [InlineData("HostName=h;DeviceId=d;GatewayHostName=:1;SharedAccessKey=AAAA", "GatewayHostName")]
    [InlineData("HostName=h;DeviceId=d;SharedAccessKey=AAAA;SharedAccessSignature=SharedAccessSignature sr=h&sig=AAAA&se=1", "SharedAccessSignature")]
    public void Parse_OfAFaultyText_NamesTheKey(string text, string key)
    {
        var e = Assert.Throws<HubFormatException>(() => HubConnectionString.Parse(text));
        Assert.Equal(key, e.Part);
        Assert.True(text.Length == 0 || e.Message.Contains(key, StringComparison.Ordinal), e.Message);
    }

    [Fact]
    public void Fault_OfAKey_DoesNotTellTheKey()
    {
        Assert.False(HubConnectionString.TryParse("HostName=h;DeviceId=d;SharedAccessKey=s3cret!", out _, out var fault));
        Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfAnyText_NeverThrows() =>
        Texts.Any.Sample(text => HubConnectionString.TryParse("HostName=h;" + text, out var read, out var fault) == (read is not null && fault is null));
}
