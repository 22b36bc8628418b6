using CsCheck;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Identities;

public sealed class HubIdentityTests
{
    [Fact]
    public void ClientId_Parsed_GivesTheIdentityBack() => Texts.Identities.Sample(identity =>
    {
        Assert.Equal(identity, HubIdentity.Parse(identity.ClientId));
        Assert.Equal(identity.DeviceId, identity.Device.ClientId);
        Assert.Equal(identity.ClientId, identity.ToString());
    });

    [Fact]
    public void TryParse_OfAnyText_NeverThrows() =>
        Texts.Any.Sample(text => HubIdentity.TryParse(text, out var identity) == (identity is not null));

    [Theory]
    [InlineData("")]
    [InlineData("/m")]
    [InlineData("d/")]
    [InlineData("d/m/x")]
    [InlineData("d e")]
    [InlineData("ä")]
    [InlineData("d\0")]
    [InlineData("d&e")]
    public void Parse_OfNoClientId_NamesIt(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<HubFormatException>(() => HubIdentity.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Id_LongerThan128Characters_IsRefusedByName()
    {
        Assert.True(HubIdentity.IsValidId(new string('x', 128)));
        Assert.Equal("ModuleId", Assert.Throws<HubFormatException>(() => new HubIdentity("d", new string('x', 129))).Part);
    }

    [Fact]
    public void Ids_ThatDifferInCase_AreDifferentIdentities() => Assert.NotEqual(new HubIdentity("d", "m"), new HubIdentity("d", "M"));
}
