using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Methods;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Methods;

public sealed class MethodTests
{
    [Fact]
    public void Request_WrittenAndRead_IsTheSame() => Gen.Select(Gen.Int[5, 300], Gen.Int[0, 300], Documents.Patches).Sample((response, connect, payload) =>
    {
        var made = new MethodRequest("reboot", payload, TimeSpan.FromSeconds(response), TimeSpan.FromSeconds(connect));
        var read = MethodRequest.FromJson(made.ToJson());
        Assert.Equal((made.Name, made.ResponseTimeout, made.ConnectTimeout), (read.Name, read.ResponseTimeout, read.ConnectTimeout));
        Assert.True(JsonNode.DeepEquals(payload, read.Payload));
    });

    [Fact]
    public void Request_WithoutPayload_HasABodyAllTheSame()
    {
        Assert.Equal("null", Encoding.UTF8.GetString(new MethodRequest("ping").ToPayloadUtf8()));
        Assert.Equal("null", Encoding.UTF8.GetString(new MethodResult(200).ToPayloadUtf8()));
    }

    [Fact]
    public void Request_WithoutTimes_TakesTheHubs()
    {
        var read = MethodRequest.FromJson(Documents.Parse("""{"methodName":"ping","connectTimeoutInSeconds":null}"""));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.Zero), (read.ResponseTimeout, read.ConnectTimeout));
    }

    [Theory]
    [InlineData("""{}""", "methodName")]
    [InlineData("""{"methodName":1}""", "methodName")]
    [InlineData("""{"methodName":""}""", "methodName")]
    [InlineData("""{"methodName":"a/b"}""", "methodName")]
    [InlineData("""{"methodName":"a","responseTimeoutInSeconds":4}""", "responseTimeoutInSeconds")]
    [InlineData("""{"methodName":"a","responseTimeoutInSeconds":301}""", "responseTimeoutInSeconds")]
    [InlineData("""{"methodName":"a","responseTimeoutInSeconds":"30"}""", "responseTimeoutInSeconds")]
    [InlineData("""{"methodName":"a","responseTimeoutInSeconds":9223372036854775807}""", "responseTimeoutInSeconds")]
    [InlineData("""{"methodName":"a","connectTimeoutInSeconds":-1}""", "connectTimeoutInSeconds")]
    [InlineData("""{"methodName":"a","connectTimeoutInSeconds":1.5}""", "connectTimeoutInSeconds")]
    public void Request_WithAFault_NamesTheField(string body, string field)
    {
        var e = Assert.Throws<HubException>(() => MethodRequest.FromJson(Documents.Parse(body)));
        Assert.Equal(HubErrors.ArgumentInvalid, e.Code);
        Assert.StartsWith(field, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_HoldsNameAndPayloadToTheirLimits()
    {
        Assert.Null(new MethodRequest(new string('m', 100), new string('x', (128 * 1024) - 2)).Check());
        Assert.StartsWith("methodName", new MethodRequest(new string('m', 101)).Check(), StringComparison.Ordinal);
        Assert.StartsWith("payload", new MethodRequest("m", new string('x', (128 * 1024) - 1)).Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void Result_FromPayload_TakesAnEmptyBodyForNull()
    {
        Assert.Equal(new MethodResult(204), MethodResult.FromPayload(204, []));
        Assert.Equal("""{"status":200,"payload":[1]}""", MethodResult.FromPayload(200, "[1]"u8).ToJson().ToJsonString());
        Assert.Equal(HubErrors.IotHubFormatError, Assert.Throws<HubException>(() => MethodResult.FromPayload(200, "{"u8)).Code);
        Assert.Equal(HubErrors.MessageTooLarge, Assert.Throws<HubException>(() => MethodResult.FromPayload(200, new byte[(128 * 1024) + 1])).Code);
    }

    [Fact]
    public void Result_FromJson_NeedsAStatus()
    {
        Assert.Equal(201, MethodResult.FromJson(Documents.Parse("""{"status":201}""")).Status);
        Assert.Equal("status", Assert.Throws<HubFormatException>(() => MethodResult.FromJson(Documents.Parse("""{"payload":1}"""))).Part);
    }
}
