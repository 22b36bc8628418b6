using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Twins;

/// <summary>Requests about the twin.</summary>
public sealed class TwinTests : IAsyncLifetime
{
    private readonly ScriptedHub _hub = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Get_ReturnsBothSectionsAndTheirVersions()
    {
        await _hub.ChangeDesiredAsync("""{"model":{"digest":"ab"},"rate":10}""");
        var client = _hub.Client();
        Assert.Equal(2, await Expect.WithinAsync(client.UpdateReportedPropertiesAsync(new JsonObject { ["state"] = "warm" }, Ct), "a change"));

        var twin = await Expect.WithinAsync(client.GetTwinAsync(Ct), "the twin");

        Assert.Equal("""{"model":{"digest":"ab"},"rate":10}""", twin.Desired.ToJsonString());
        Assert.Equal("""{"state":"warm"}""", twin.Reported.ToJsonString());
        Assert.Equal((2, 2), (twin.DesiredVersion, twin.ReportedVersion));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"desired":{"$version":1}}""")]
    [InlineData("""{"desired":{"$version":1},"reported":{}}""")]
    [InlineData("""{"desired":{"$version":"1"},"reported":{"$version":1}}""")]
    [InlineData("""{"desired":[],"reported":{"$version":1}}""")]
    [InlineData("""{"desired":{"a":1,"a":2,"$version":1},"reported":{"$version":1}}""")]
    [InlineData("\0\u0001garbage")]
    public async Task Get_OfGarbage_IsRefusedAndTheClientLivesOn(string body)
    {
        _hub.AnswersTwin = (_, _) => (200, body);
        var client = _hub.Client();
        await Assert.ThrowsAsync<HubFormatException>(() => Expect.WithinAsync(client.GetTwinAsync(Ct), "an answer"));

        _hub.AnswersTwin = (_, _) => null;
        Assert.Equal(1, (await Expect.WithinAsync(client.GetTwinAsync(Ct), "the twin")).DesiredVersion);
    }

    [Fact]
    public async Task Answers_ToNobody_ArePassedOver()
    {
        var client = _hub.Client();
        await Expect.WithinAsync(client.GetTwinAsync(Ct), "the twin");
        foreach (var topic in (string[])["$iothub/twin/res/200/?$rid=other", "$iothub/twin/res/", "$iothub/twin/res/abc/?$rid=1", "$iothub/twin/res/200/"])
        {
            await _hub.Live!.PublishAsync(topic, "{}");
        }

        Assert.Equal(1, (await Expect.WithinAsync(client.GetTwinAsync(Ct), "the twin")).DesiredVersion);
    }

    [Fact]
    public async Task Refusal_CarriesTheHubsCodeAndMessage()
    {
        _hub.AnswersTwin = (_, _) => (400, """{"errorCode":400006,"message":"no such thing","trackingId":"t"}""");

        var refused = await Assert.ThrowsAsync<HubException>(() => Expect.WithinAsync(_hub.Client().UpdateReportedPropertiesAsync(new JsonObject { ["a"] = 1 }, Ct), "an answer"));

        Assert.Equal(HubErrors.IotHubFormatError, refused.Code);
        Assert.Contains("'d1/head' with 400: no such thing", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("429")]
    [InlineData("500")]
    [InlineData("503")]
    public async Task HubInTrouble_IsAskedAgain(string status)
    {
        var refusals = 0;
        _hub.AnswersTwin = (_, _) => Interlocked.Increment(ref refusals) <= 2 ? (int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), "busy") : null;

        Assert.Equal(2, await Expect.WithinAsync(_hub.Client().UpdateReportedPropertiesAsync(new JsonObject { ["a"] = 1 }, Ct), "a change"));

        Assert.Equal(3, refusals);
    }

    [Fact]
    public async Task SilentHub_IsAskedAgain_AndGivenUpInTheEnd()
    {
        var client = _hub.Client(o => (o.TwinAttemptTimeout, o.TwinTimeout) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3)));
        await Expect.WithinAsync(client.OpenAsync(Ct), "the connection");
        _hub.HearsTwin = (_, _) => false;

        var refused = await Assert.ThrowsAsync<HubException>(() => Expect.WithinAsync(client.GetTwinAsync(Ct), "an answer"));

        Assert.Equal(HubErrors.GatewayTimeout, refused.Code);
        Assert.True(_hub.Server.Publishes.Count > 1, "It was asked once only.");
    }

    [Fact]
    public async Task ConnectionLost_BeforeTheAnswer_IsAskedAgainOnTheNext()
    {
        _hub.HearsTwin = (link, _) =>
        {
            if (link.Number == 0)
            {
                link.Cut();
                return false;
            }

            return true;
        };

        Assert.Equal(2, await Expect.WithinAsync(_hub.Client().UpdateReportedPropertiesAsync(new JsonObject { ["a"] = 1 }, Ct), "a change"));
    }

    [Fact]
    public async Task Changes_ReachTheHubInTheOrderOfTheCalls_ThroughRefusals()
    {
        var random = new Random(3);
        _hub.AnswersTwin = (_, topic) => topic.Kind == HubTopicKind.TwinPatchReported && random.Next(4) == 0 ? (429, "") : null;
        var client = _hub.Client();

        var versions = await Expect.WithinAsync(
            Task.WhenAll(Enumerable.Range(0, 12).Select(i => client.UpdateReportedPropertiesAsync(new JsonObject { ["n"] = i, [$"k{i}"] = true }, Ct))), "twelve changes");

        Assert.Equal(Enumerable.Range(2, 12).Select(v => (long?)v), versions);
        Assert.Equal(11, (int)_hub.Reported["n"]!);
        Assert.Equal(13, _hub.Reported.Count);
    }

    [Theory]
    [InlineData("""{"a.b":1}""", "a.b")]
    [InlineData("""{"a":[null]}""", "a[0]")]
    [InlineData("""{"a":9007199254740993}""", "'a'")]
    public async Task Change_AgainstTheRules_IsRefusedHere(string patch, string place)
    {
        var refused = await Assert.ThrowsAsync<HubException>(() => _hub.Client().UpdateReportedPropertiesAsync(JsonNode.Parse(patch)!.AsObject(), Ct));

        Assert.Equal(HubErrors.ArgumentInvalid, refused.Code);
        Assert.Contains(place, refused.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Server.Publishes);
    }

    [Fact]
    public async Task EdgeHub_WithoutAVersion_IsTakenAsDone()
    {
        _hub.AnswersTwin = (_, topic) => topic.Kind == HubTopicKind.TwinPatchReported ? (204, "") : null;

        Assert.Null(await Expect.WithinAsync(_hub.Client().UpdateReportedPropertiesAsync(new JsonObject { ["a"] = 1 }, Ct), "a change"));
    }
}
