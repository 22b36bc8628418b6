using System.Text;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Identities;

public sealed class SasTokenTests
{
    private const string Sig = "bBp67XXXhcEhPtKuCiGaXQT1OScadPitYw9EKJHiPNA=";
    private const string Sr = "mtl-hub.local%2Fdevices%2Fd1%2Fmodules%2Fhead";

    private static readonly byte[] ModuleKey = "0123456789abcdef0123456789abcdef"u8.ToArray();
    private static readonly byte[] ServiceKey = "servicekey-servicekey-servicekey"u8.ToArray();
    private static readonly DateTimeOffset Ends = DateTimeOffset.FromUnixTimeSeconds(1795407552);

    [Fact]
    public void Create_ForAModule_SignsLikeTheSdks()
    {
        var token = SasToken.Create(SasToken.ResourceOf("mtl-hub.local", new HubIdentity("d1", "head")), ModuleKey, Ends);
        Assert.Equal((Sr, Sig), (token.Resource, token.Signature));
        Assert.True(token.IsSignedWith(ModuleKey));
        Assert.False(token.IsSignedWith(ServiceKey));
    }

    [Fact]
    public void Create_ForTheService_SignsLikeTheSdks()
    {
        var token = SasToken.Create("mtl-hub.local", ServiceKey, DateTimeOffset.FromUnixTimeSeconds(1795407556), "iothubowner");
        Assert.Equal("Xl4Prna7LATfQuK/kSza/vv4SN9/kcyhiBt5nwkEuDk=", token.Signature);
        Assert.Equal("SharedAccessSignature sr=mtl-hub.local&sig=Xl4Prna7LATfQuK%2FkSza%2Fvv4SN9%2FkcyhiBt5nwkEuDk%3D&se=1795407556&skn=iothubowner", token.ToString());
    }

    [Fact]
    public void Candidates_HoldWhoseTokenItIs_HoweverIdsWereEncoded() => Gen.Select(Texts.Identities, Gen.Bool).Sample((identity, twice) =>
    {
        var resource = twice
            ? SasToken.ResourceOf("hub.local", identity)
            : Uri.EscapeDataString($"hub.local/devices/{identity.DeviceId}{(identity.IsModule ? $"/modules/{identity.ModuleId}" : "")}");
        var token = SasToken.Create(resource, ModuleKey, Ends);
        Assert.Contains(identity, token.Candidates());
        Assert.All(token.Candidates(), candidate => Assert.True(token.Covers("hub.local", candidate)));
    });

    [Theory]
    [InlineData("hub.local")]
    [InlineData("hub.local%2Fbundles")]
    [InlineData("hub.local%2Fdevices")]
    [InlineData("hub.local%2Fdevices%2Fd%2Fmodules")]
    [InlineData("hub.local%2Fdevices%2Fd%2Fother%2Fm")]
    [InlineData("hub.local%2Ftwins%2Fd")]
    [InlineData("hub.local%2Fdevices%2F%20")]
    public void Candidates_OfATokenThatIsNoClients_AreNone(string resource) => Assert.Empty(SasToken.Create(resource, ServiceKey, Ends).Candidates());

    [Fact]
    public void Token_WrittenAndRead_IsTheSame() => Gen.Select(Texts.Identities, Gen.Byte.Array[1, 64], Gen.Long[0, 4_000_000_000], Texts.Names).Sample((identity, key, ends, name) =>
    {
        var token = SasToken.Create(SasToken.ResourceOf("hub.local", identity), key, DateTimeOffset.FromUnixTimeSeconds(ends), name);
        Assert.True(SasToken.TryParse(token.ToString(), out var read));
        Assert.Equal(token, read);
        Assert.True(read.IsSignedWith(key));
        Assert.True(read.Covers("HUB.local", identity));
        Assert.False(read.IsSignedWith([.. key, 1]));
    });

    [Fact]
    public void Signature_IsOverTheResourceAsItStands()
    {
        // Lower-case escapes, as some clients write them: decoding and encoding again would give another text to sign.
        var token = SasToken.Create("mtl-hub.local%2fdevices%2fd1", ModuleKey, Ends);
        Assert.True(SasToken.TryParse(token.ToString(), out var read));
        Assert.True(read.IsSignedWith(ModuleKey));
        Assert.Equal("mtl-hub.local%2fdevices%2fd1\n1795407552", Encoding.UTF8.GetString(SasToken.BytesToSign(read.Resource, read.ExpiresAt)));
        Assert.False(SasToken.WithSignature("mtl-hub.local%2Fdevices%2Fd1", read.ExpiresAt, read.Signature, null).IsSignedWith(ModuleKey));
    }

    [Theory]
    [InlineData("SharedAccessSignature sr={0}&sig={1}&se=1795407552&skn=p")]
    [InlineData("SharedAccessSignature sr={0}&sig={1}&skn=p&se=1795407552")]
    [InlineData("SharedAccessSignature se=1795407552&skn=p&sig={1}&sr={0}")]
    [InlineData("sharedaccesssignature skn=p&extra=1&se=1795407552&sig={1}&sr={0}")]
    public void Fields_InAnyOrder_AreRead(string form)
    {
        var text = string.Format(null, form, Sr, Uri.EscapeDataString(Sig));
        Assert.True(SasToken.TryParse(text, out var token));
        Assert.Equal(SasToken.WithSignature(Sr, 1795407552, Sig, "p"), token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sr=h&sig=AAAA&se=1")]
    [InlineData("SharedAccessSignature ")]
    [InlineData("SharedAccessSignature sig=AAAA&se=1")]
    [InlineData("SharedAccessSignature sr=&sig=AAAA&se=1")]
    [InlineData("SharedAccessSignature sr=h&se=1")]
    [InlineData("SharedAccessSignature sr=h&sig=AAAA")]
    [InlineData("SharedAccessSignature sr=h&sig=AAAA&se=-1")]
    [InlineData("SharedAccessSignature sr=h&sig=AAAA&se=soon")]
    [InlineData("SharedAccessSignature sr=h&sig=AAAA&se=99999999999999")]
    [InlineData("SharedAccessSignature sr=h&sig=not*base64&se=1")]
    [InlineData("SharedAccessSignature sr=h&sr=g&sig=AAAA&se=1")]
    [InlineData("SharedAccessSignature sr=h&sig=AAAA&se=1&")]
    public void TryParse_OfNoToken_ReturnsFalse(string text) => Assert.False(SasToken.TryParse(text, out _));

    [Fact]
    public void TryParse_OfAnyText_NeverThrows() => Texts.Any.Sample(text => !SasToken.TryParse("SharedAccessSignature " + text, out _));

    [Fact]
    public void Expiry_GrantsTheSkew()
    {
        var token = SasToken.Create("h", ModuleKey, Ends);
        var skew = TimeSpan.FromMinutes(5);
        Assert.False(token.IsExpired(Ends - TimeSpan.FromTicks(1), TimeSpan.Zero));
        Assert.True(token.IsExpired(Ends, TimeSpan.Zero));
        Assert.False(token.IsExpired(Ends + skew - TimeSpan.FromTicks(1), skew));
        Assert.True(token.IsExpired(Ends + skew, skew));
    }

    [Theory]
    [InlineData("hub.local%2Fdevices%2Fd1%2Fmodules%2F%24edgeHub", true)]
    [InlineData("hub.local%2Fdevices%2Fd1%2Fmodules%2F%2524edgeHub", true)]
    [InlineData("hub.local/devices/d1/modules/$edgeHub", true)]
    [InlineData("HUB.LOCAL%2fDevices%2fD1%2fModules%2f%24edgehub", true)]
    [InlineData("hub.local%3A18443%2Fdevices%2Fd1%2Fmodules%2F%24edgeHub", true)]
    [InlineData("hub.local%2Fdevices%2Fd1", false)]
    [InlineData("hub.local", false)]
    [InlineData("other.local%2Fdevices%2Fd1%2Fmodules%2F%24edgeHub", false)]
    [InlineData("hub.local%2Fdevices%2Fd2%2Fmodules%2F%24edgeHub", false)]
    [InlineData("hub.local%2Fdevices%2Fd1%2Fmodules%2Fhead", false)]
    [InlineData("hub.local%2Fdevices%2Fd1%2Fother%2F%24edgeHub", false)]
    [InlineData("hub.local%2Fdevices%2Fd1%2Fmodules%2F%24edgeHub%2Fx", false)]
    public void Covers_DecodesIdsOnceOrTwiceAndComparesAll(string resource, bool covers) =>
        Assert.Equal(covers, SasToken.Create(resource, ModuleKey, Ends).Covers("hub.local", new HubIdentity("d1", "$edgeHub")));

    [Fact]
    public void DeviceAudience_CoversItsModulesOnlyWhereAllowed()
    {
        var token = SasToken.Create(SasToken.ResourceOf("h", new HubIdentity("d")), ModuleKey, Ends);
        Assert.True(token.Covers("h", new HubIdentity("d")));
        Assert.False(token.Covers("h", new HubIdentity("d", "m")));
        Assert.True(token.Covers("h", new HubIdentity("d", "m"), allowDeviceAudience: true));
        Assert.False(token.Covers("h", new HubIdentity("e", "m"), allowDeviceAudience: true));
    }

    [Theory]
    [InlineData("hub.local", "/devices/d1", true)]
    [InlineData("hub.local%2Fdevices", "/devices/d1", true)]
    [InlineData("hub.local%2Fdevices%2Fd1", "/devices/d1/modules", true)]
    [InlineData("hub.local%2Fdevices%2Fd%25201", "/devices/d%201", true)]
    [InlineData("hub.local%2Fdevices%2Fd1", "/devices/d10", false)]
    [InlineData("hub.local%2Fdevices%2Fd1", "/devices", false)]
    [InlineData("hub.local%2Ftwins", "/devices/d1", false)]
    [InlineData("hub.loc", "/devices/d1", false)]
    public void CoversPath_MatchesWholeSegments(string resource, string path, bool covers) =>
        Assert.Equal(covers, SasToken.Create(resource, ServiceKey, Ends).CoversPath("hub.local", path));

    [Fact]
    public void Create_WithAResourceThatIsNotEncoded_Refuses() =>
        Assert.Throws<ArgumentException>(() => SasToken.Create("h/devices/a&se=1", ModuleKey, Ends));
}
