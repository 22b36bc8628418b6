using CsCheck;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Identities;

public sealed class MqttUsernameTests
{
    [Fact]
    public void Username_WrittenAndRead_IsTheSame() => Gen.Select(Texts.Identities, Texts.Names, Texts.Any, Texts.Any).Sample((identity, version, clientType, model) =>
    {
        var made = new MqttUsername("hub.local", identity, version, clientType, model);
        Assert.True(MqttUsername.TryParse(made.ToString(), out var read, out var fault), fault);
        Assert.Equal(made, read);
    });

    [Fact]
    public void Username_OfTheNodeSdk_IsRead()
    {
        Assert.True(MqttUsername.TryParse("h:1/d/m/?api-version=2021-04-12&DeviceClientType=azure-iot-device%2F1.18.4%20(node%20v20)", out var read, out _));
        Assert.Equal(new MqttUsername("h:1", new HubIdentity("d", "m"), "2021-04-12", "azure-iot-device/1.18.4 (node v20)"), read);
    }

    [Theory]
    [InlineData("h/d/?api-version=1")]
    [InlineData("h/d/api-version=1")]
    [InlineData("h/d/?DeviceClientType&api-version=1&auth-chain=x")]
    public void Username_OfADevice_IsReadInEveryForm(string text)
    {
        Assert.True(MqttUsername.TryParse(text, out var read, out _));
        Assert.Equal((new HubIdentity("d"), "1"), (read.Identity, read.ApiVersion));
    }

    [Theory]
    [InlineData("", "segments")]
    [InlineData("h/d", "segments")]
    [InlineData("h/d/m/x/?api-version=1", "segments")]
    [InlineData("/d/?api-version=1", "host")]
    [InlineData("h//?api-version=1", "id")]
    [InlineData("h/d//?api-version=1", "id")]
    [InlineData("h/d/?", "api-version")]
    [InlineData("h/d/?api-version", "api-version")]
    [InlineData("h/d/?api-version=", "api-version")]
    [InlineData("h/d/?api-version=1&api-version=2", "twice")]
    public void Username_WithAFault_SaysWhich(string text, string part)
    {
        Assert.False(MqttUsername.TryParse(text, out _, out var fault));
        Assert.Contains(part, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfAnyText_NeverThrows() =>
        Texts.Any.Sample(text => MqttUsername.TryParse("h/d/" + text, out var read, out var fault) == (read is not null && fault is null));
}
