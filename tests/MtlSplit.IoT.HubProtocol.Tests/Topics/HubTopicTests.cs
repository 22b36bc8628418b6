using CsCheck;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Topics;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Topics;

public sealed class HubTopicTests
{
    private static readonly Gen<string> Levels = Texts.Names.Where(HubTopics.IsLevel);

    private static readonly Gen<PropertyBag> Bags =
        Gen.Select(Texts.Names, Gen.Null(Texts.Any), KeyValuePair.Create<string, string?>).List[1, 5].Select(pairs => new PropertyBag(pairs));

    [Fact]
    public void MessageTopics_TakenApart_GiveTheirPartsBack() => Gen.Select(Texts.Identities, Texts.Ids, Levels, Bags).Sample((sender, id, input, bag) =>
    {
        var telemetry = Parsed(HubTopics.Telemetry(sender, bag));
        Assert.Equal((HubTopicKind.Telemetry, sender, bag), (telemetry.Kind, telemetry.Identity, telemetry.Properties));
        var module = new HubIdentity(sender.DeviceId, id);
        var delivery = Parsed(HubTopics.Input(module, input, bag));
        Assert.Equal((HubTopicKind.Input, module, input, bag), (delivery.Kind, delivery.Identity, delivery.Name, delivery.Properties));
    });

    [Fact]
    public void HubTopics_TakenApart_GiveTheirPartsBack() => Gen.Select(Texts.RequestIds, Levels, Gen.Int[100, 999], Gen.Long[0, long.MaxValue]).Sample((rid, name, status, version) =>
    {
        Assert.Equal((HubTopicKind.TwinGet, rid), Request(HubTopics.TwinGet(rid)));
        Assert.Equal((HubTopicKind.TwinPatchReported, rid), Request(HubTopics.TwinPatchReported(rid)));
        var answer = Parsed(HubTopics.TwinResponse(status, rid, version));
        Assert.Equal((HubTopicKind.TwinResponse, rid, status, version), (answer.Kind, answer.RequestId, answer.Status, answer.Version));
        Assert.Null(Parsed(HubTopics.TwinResponse(status, rid)).Version);
        var patch = Parsed(HubTopics.DesiredPatch(version));
        Assert.Equal((HubTopicKind.DesiredPatch, version), (patch.Kind, patch.Version));
        var call = Parsed(HubTopics.MethodRequest(name, rid));
        Assert.Equal((HubTopicKind.MethodRequest, name, rid), (call.Kind, call.Name, call.RequestId));
        var result = Parsed(HubTopics.MethodResponse(status, rid));
        Assert.Equal((HubTopicKind.MethodResponse, rid, status), (result.Kind, result.RequestId, result.Status));
    });

    [Theory]
    [InlineData("devices/d/modules/m/messages/events")]
    [InlineData("devices/d/modules/m/messages/events/")]
    [InlineData("devices/d/messages/events")]
    [InlineData("devices/d/messages/events/")]
    public void Telemetry_WithoutABag_HasNoProperties(string topic)
    {
        var parsed = Parsed(topic);
        Assert.Equal(topic.Contains("modules", StringComparison.Ordinal), parsed.Identity!.IsModule);
        Assert.Empty(parsed.Properties);
    }

    [Theory]
    [InlineData("devices/d/modules/m/messages/events/%24.on=out&a=1&b&c=")]
    [InlineData("devices/d/modules/m/messages/events/%24.on=out&a=1&b&c=/")]
    [InlineData("devices/d/messages/events/%24.on=out&a=1&b&c=")]
    [InlineData("devices/d/messages/events/%24.on=out&a=1&b&c=/")]
    [InlineData("devices/d/messages/events/?$.on=out&a=1&b&c=")]
    public void Telemetry_WithABag_HasItsProperties(string topic) =>
        Assert.Equal(new PropertyBag(("$.on", "out"), ("a", "1"), ("b", null), ("c", "")), Parsed(topic).Properties);

    [Fact]
    public void Topics_AreSpeltAsTheSdksExpect()
    {
        var module = new HubIdentity("d", "m");
        Assert.Equal("devices/d/modules/m/messages/events/", HubTopics.Telemetry(module, PropertyBag.Empty));
        Assert.Equal("devices/d/messages/events/a=1", HubTopics.Telemetry(module.Device, new PropertyBag(("a", "1"))));
        Assert.Equal("devices/d/modules/m/inputs/in/%24.cdid=d&%24.cmid=s", HubTopics.Input(module, "in", new PropertyBag(("$.cdid", "d"), ("$.cmid", "s"))));
        Assert.Equal("$iothub/twin/GET/?$rid=7", HubTopics.TwinGet("7"));
        Assert.Equal("$iothub/twin/PATCH/properties/reported/?$rid=7", HubTopics.TwinPatchReported("7"));
        Assert.Equal("$iothub/twin/res/204/?$rid=7&$version=3", HubTopics.TwinResponse(204, "7", 3));
        Assert.Equal("$iothub/twin/res/200/?$rid=7", HubTopics.TwinResponse(200, "7"));
        Assert.Equal("$iothub/twin/PATCH/properties/desired/?$version=3", HubTopics.DesiredPatch(3));
        Assert.Equal("$iothub/methods/POST/reboot/?$rid=7", HubTopics.MethodRequest("reboot", "7"));
        Assert.Equal("$iothub/methods/res/200/?$rid=7", HubTopics.MethodResponse(200, "7"));
        Assert.Equal("devices/d/modules/m/inputs/#", HubTopics.Inputs(module));
        Assert.Equal("devices/d/modules/m/#", HubTopics.ModuleMessages(module));
    }

    [Theory]
    [InlineData("$iothub/twin/GET/?$rid=A%2fb%2Fc%20", "A%2fb%2Fc%20")]
    [InlineData("$iothub/twin/GET/?%24rid=x=y", "x=y")]
    [InlineData("$iothub/twin/PATCH/properties/reported/?other=1&$rid=r&more=2", "r")]
    public void RequestId_IsKeptVerbatim(string topic, string rid) => Assert.Equal(rid, Parsed(topic).RequestId);

    [Theory]
    [InlineData("")]
    [InlineData("devices")]
    [InlineData("devices/d")]
    [InlineData("devices/d/messages")]
    [InlineData("devices/d/messages/other")]
    [InlineData("devices/d/messages/devicebound/a=1")]
    [InlineData("devices//messages/events/")]
    [InlineData("devices/d e/messages/events/")]
    [InlineData("devices/d/modules/m")]
    [InlineData("devices/d/modules/m/messages")]
    [InlineData("devices/d/modules/m/messages/events/=1")]
    [InlineData("devices/d/modules//messages/events/")]
    [InlineData("devices/d/modules/m/inputs")]
    [InlineData("devices/d/modules/m/inputs/")]
    [InlineData("devices/d/modules/m/inputs//a=1")]
    [InlineData("devices/d/modules/m/outputs/o/a=1")]
    [InlineData("Devices/d/messages/events/")]
    [InlineData("$iothub/twin/GET/")]
    [InlineData("$iothub/twin/GET/?")]
    [InlineData("$iothub/twin/GET/?$rid=")]
    [InlineData("$iothub/twin/GET/$rid=1")]
    [InlineData("$iothub/twin/PATCH/properties/desired/")]
    [InlineData("$iothub/twin/PATCH/properties/desired/?$version=x")]
    [InlineData("$iothub/twin/res/?$rid=1")]
    [InlineData("$iothub/twin/res/ok/?$rid=1")]
    [InlineData("$iothub/twin/res/204/?$rid=1&$version=x")]
    [InlineData("$iothub/methods/POST/?$rid=1")]
    [InlineData("$iothub/methods/POST//?$rid=1")]
    [InlineData("$iothub/methods/POST/m/")]
    [InlineData("$iothub/methods/res/x/?$rid=1")]
    [InlineData("mtl/v1/f/vehicles/v/status")]
    public void TryParse_OfAnotherTopic_ReturnsFalse(string topic) => Assert.False(HubTopic.TryParse(topic, out _));

    [Fact]
    public void TryParse_OfAnyText_NeverThrows() =>
        Gen.Select(Texts.OneOf("", "devices/", "devices/d/modules/m/", "devices/d/messages/events/", "$iothub/twin/res/", "$iothub/methods/POST/"), Texts.Any)
            .Sample((start, rest) => HubTopic.TryParse(start + rest, out var parsed) == (parsed is not null));

    [Theory]
    [InlineData("")]
    [InlineData("a&b")]
    [InlineData("a#")]
    [InlineData("+")]
    public void RequestId_ThatCannotStandInATopic_IsRefused(string rid) => Assert.Throws<ArgumentException>(() => HubTopics.TwinGet(rid));

    [Fact]
    public void Input_WithoutPropertiesOrForADevice_IsRefused()
    {
        var bag = new PropertyBag(("$.cdid", "d"));
        Assert.Throws<ArgumentException>(() => HubTopics.Input(new HubIdentity("d", "m"), "in", PropertyBag.Empty));
        Assert.Throws<ArgumentException>(() => HubTopics.Input(new HubIdentity("d"), "in", bag));
        Assert.Throws<ArgumentException>(() => HubTopics.Input(new HubIdentity("d", "m"), "a/b", bag));
    }

    private static HubTopic Parsed(string topic)
    {
        Assert.True(HubTopic.TryParse(topic, out var parsed), topic);
        return parsed;
    }

    private static (HubTopicKind Kind, string? RequestId) Request(string topic)
    {
        var parsed = Parsed(topic);
        return (parsed.Kind, parsed.RequestId);
    }
}
