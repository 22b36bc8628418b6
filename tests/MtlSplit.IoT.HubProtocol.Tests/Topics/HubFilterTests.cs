using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Topics;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Topics;

public sealed class HubFilterTests
{
    private static readonly HubIdentity Module = new("d", "m");

    [Theory]
    [InlineData("$iothub/twin/res/#", HubFilterKind.TwinResponses)]
    [InlineData("$iothub/twin/PATCH/properties/desired/#", HubFilterKind.DesiredPatches)]
    [InlineData("$iothub/methods/POST/#", HubFilterKind.MethodRequests)]
    [InlineData("devices/d/modules/m/inputs/#", HubFilterKind.Inputs)]
    [InlineData("devices/d/modules/m/#", HubFilterKind.Inputs)]
    public void Module_MaySubscribeTheDocumentedFilters(string filter, HubFilterKind kind)
    {
        Assert.True(HubFilter.TryParse(filter, Module, out var found));
        Assert.Equal(kind, found);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("$iothub/#")]
    [InlineData("$iothub/twin/res/+")]
    [InlineData("devices/d/modules/other/#")]
    [InlineData("devices/D/modules/m/#")]
    [InlineData("devices/d/modules/m/messages/events/#")]
    [InlineData("devices/d/messages/devicebound/#")]
    [InlineData("")]
    [InlineData(null)]
    public void Module_MaySubscribeNothingElse(string? filter) => Assert.False(HubFilter.TryParse(filter, Module, out _));

    [Fact]
    public void Device_MaySubscribeItsOwnMessagesAndNoInputs()
    {
        Assert.True(HubFilter.TryParse("devices/d/messages/devicebound/#", Module.Device, out var kind));
        Assert.Equal(HubFilterKind.DeviceBound, kind);
        Assert.False(HubFilter.TryParse("devices/d/modules/m/inputs/#", Module.Device, out _));
        Assert.False(HubFilter.TryParse("devices/e/messages/devicebound/#", Module.Device, out _));
    }
}
