using MtlSplit.IoT.Hosting.Commands;
using Xunit;

namespace MtlSplit.IoT.Hosting.Tests.Commands;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:1883", "127.0.0.1", 1883)]
    [InlineData("broker.example.com:8883", "broker.example.com", 8883)]
    [InlineData("[::1]:1884", "::1", 1884)]
    public void TryParse_HostAndPort_AreRead(string text, string host, int port)
    {
        Assert.True(BrokerAddress.TryParse(text, out var address));
        Assert.Equal(new BrokerAddress(host, port), address);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData(":1883")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("localhost: 1")]
    [InlineData("::1:1883")]
    [InlineData("[]:1883")]
    [InlineData("two words:1883")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(BrokerAddress.TryParse(text, out _));
}
