using CsCheck;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Messages;

public sealed class HubMessageTests
{
    private static readonly string[] Values = ["a", "", "ä/ö", "50%"];

    [Fact]
    public void SystemProperties_WrittenAndRead_AreTheSame() =>
        Gen.Select(Gen.Int[0, (1 << SystemProperty.All.Count) - 1], Texts.OneOf(Values), Gen.Long[0, DateTime.MaxValue.Ticks]).Sample((chosen, text, ticks) =>
        {
            var time = new DateTimeOffset(ticks, TimeSpan.Zero);
            var system = MessageProperties.None;
            for (var i = 0; i < SystemProperty.All.Count; i++)
            {
                var property = SystemProperty.All[i];
                var value = property.WireName is "$.exp" or "$.ctime" ? time.ToString("o") : text;
                system = (chosen >> i & 1) == 0 ? system : property.Set(system, value);
            }

            var own = new KeyValuePair<string, string?>[] { new("own", text), new("none", null) };
            var message = HubMessage.From(new byte[] { 1 }, PropertyBag.Parse(new HubMessage { System = system, Properties = own }.ToBag().ToString()));
            Assert.Equal(system, message.System);
            Assert.Equal(own, message.Properties);
        });

    [Fact]
    public void WireNames_AreTheProtocols()
    {
        var message = new HubMessage
        {
            System = new MessageProperties
            {
                MessageId = "1", CorrelationId = "2", UserId = "3", To = "4", ContentType = "5", ContentEncoding = "6", OutputName = "7", Schema = "8", InterfaceId = "9",
                Component = "10", ConnectionDeviceId = "11", ConnectionModuleId = "12", Ack = "13", RequestedAck = "14", Operation = "15",
                ExpiresAt = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)), CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero),
            },
        };
        Assert.Equal(
            "%24.on=7&%24.mid=1&%24.cid=2&%24.uid=3&%24.to=4&%24.exp=2026-01-02T03%3A04%3A05.0000000Z&%24.ctime=2026-01-02T03%3A04%3A05.0060000Z"
            + "&%24.ct=5&%24.ce=6&%24.schema=8&%24.ifid=9&%24.sub=10&%24.cdid=11&%24.cmid=12&ack=13&iothub-ack=14&iothub-operation=15",
            message.ToBag().ToString());
    }

    [Fact]
    public void UnknownName_EvenWithADollar_IsTheApplications()
    {
        var message = HubMessage.From(default, PropertyBag.Parse("%24.other=1&MID=2&a&b="));
        Assert.Equal(MessageProperties.None, message.System);
        Assert.Equal(["$.other", "MID", "a", "b"], message.Properties.Select(property => property.Key));
        Assert.True(message.TryGetProperty("a", out var a));
        Assert.True(message.TryGetProperty("b", out var b));
        Assert.Null(a);
        Assert.Equal("", b);
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("2026-01-02T04:04:05.0+01:00")]
    [InlineData("2026-01-02T03:04:05")]
    public void Expiry_InTheSdksForms_IsRead(string text) => Assert.Equal(
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        HubMessage.From(default, new PropertyBag(("$.exp", text))).System.ExpiresAt);

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("")]
    [InlineData("1/2/2026")]
    public void Expiry_ThatIsNoTime_IsRefusedByName(string text) =>
        Assert.Equal("$.exp", Assert.Throws<HubFormatException>(() => HubMessage.From(default, new PropertyBag(("$.exp", text)))).Part);
}
