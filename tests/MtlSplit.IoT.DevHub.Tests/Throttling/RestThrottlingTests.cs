using System.Text.Json.Nodes;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Throttling;

/// <summary>What a service hears above a limit, for each class of operations.</summary>
public sealed class RestThrottlingTests : IClassFixture<TimedHub>
{
    // However long a class makes one wait for the next.
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(4);

    private readonly TimedHub _hub;

    public RestThrottlingTests(TimedHub hub)
    {
        _hub = hub;
        hub.Time.Advance(Refill);
    }

    [Theory]
    [InlineData(1, "RegistryOperations", "GET", "/devices/d", 200)]
    [InlineData(1, "RegistryOperations", "PUT", "/devices/d", 409, "{}")]
    [InlineData(1, "RegistryOperations", "GET", "/devices", 200)]
    [InlineData(1, "RegistryOperations", "GET", "/devices/d/modules", 200)]
    [InlineData(1, "RegistryOperations", "GET", "/devices/nobody", 404)]
    [InlineData(1, "Queries", "POST", "/devices/query", 200, """{"query":"SELECT * FROM devices"}""")]
    [InlineData(1, "Configurations", "GET", "/configurations", 200)]
    [InlineData(1, "Configurations", "POST", "/devices/d/applyConfigurationContent", 400, "{}")]
    [InlineData(100, "TwinReads", "GET", "/twins/d", 200)]
    [InlineData(50, "TwinUpdates", "PATCH", "/twins/d", 200, """{"tags":{"a":1}}""")]
    [InlineData(40, "Methods", "POST", "/twins/d/methods", 404, """{"methodName":"go"}""")]
    public async Task AboveALimit_TheAnswerIs429_UntilTheNextIsFree(int burst, string operation, string method, string path, int usual, string? body = null)
    {
        for (var i = 0; i < burst; i++)
        {
            Assert.Equal(usual, (await _hub.Rest.SendAsync(method, path, body)).Status);
        }

        var (status, refusal) = await _hub.Rest.SendAsync(method, path, body);
        Assert.Equal(429, status);
        Assert.StartsWith($"ErrorCode:ThrottlingException;{operation} are above the limit", refusal!["Message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith("Tracking ID:", refusal["ExceptionMessage"]!.GetValue<string>(), StringComparison.Ordinal);

        _hub.Time.Advance(Refill);
        Assert.Equal(usual, (await _hub.Rest.SendAsync(method, path, body)).Status);
    }

    [Fact]
    public async Task AClass_LeavesTheOthersAlone_AndWhoMayNotCallUsesNothingUp()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(401, await _hub.Rest.AskAsStrangerAsync("/devices/d"));
        }

        Assert.Equal(200, (await _hub.Rest.SendAsync("GET", "/devices/d")).Status);
        Assert.Equal(429, (await _hub.Rest.SendAsync("GET", "/devices/d")).Status);
        Assert.Equal(200, (await _hub.Rest.SendAsync("GET", "/twins/d")).Status);
        Assert.Equal(200, (await _hub.Rest.SendAsync("GET", "/configurations")).Status);
        Assert.Equal(200, (await _hub.Rest.SendAsync("GET", "/devhub/events")).Status);
    }

    [Fact]
    public async Task AMethodsPayload_CountsInPiecesOf4KiB()
    {
        var large = new JsonObject { ["methodName"] = "go", ["payload"] = new string('a', 100_000) }.ToJsonString();

        Assert.Equal(404, (await _hub.Rest.SendAsync("POST", "/twins/d/methods", large)).Status);
        Assert.Equal(429, (await _hub.Rest.SendAsync("POST", "/twins/d/methods", large)).Status);
        Assert.Equal(404, (await _hub.Rest.SendAsync("POST", "/twins/d/methods", """{"methodName":"go"}""")).Status);
    }
}
