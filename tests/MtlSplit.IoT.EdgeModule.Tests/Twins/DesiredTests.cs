using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using CsCheck;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.HubProtocol.Twins;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Twins;

/// <summary>Changes of the desired properties: each once, in the order of versions, whatever the connection does.</summary>
public sealed class DesiredTests : IAsyncLifetime
{
    private readonly ScriptedHub _hub = new();
    private readonly Channel<DesiredChange> _changes = Channel.CreateUnbounded<DesiredChange>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task First_HoldsEverything_AndChangesFollow()
    {
        await _hub.ChangeDesiredAsync("""{"a":1,"b":{"c":2}}""");
        await WatchAsync();
        await AssertNextAsync(2, """{"a":1,"b":{"c":2}}""", """{"a":1,"b":{"c":2}}""", first: true);

        await _hub.ChangeDesiredAsync("""{"b":{"c":null,"d":3}}""");
        await AssertNextAsync(3, """{"b":{"c":null,"d":3}}""", """{"a":1,"b":{"d":3}}""");

        await _hub.ChangeDesiredAsync("""{"a":null}""");
        await AssertNextAsync(4, """{"a":null}""", """{"b":{"d":3}}""");
    }

    [Fact]
    public async Task MissedWhileAway_ComesAsOneChange()
    {
        await WatchAsync();
        await AssertNextAsync(1, "{}", "{}", first: true);
        _hub.TellsDesired = false;
        await _hub.ChangeDesiredAsync("""{"a":1,"b":1}""");
        await _hub.ChangeDesiredAsync("""{"b":null,"c":{"d":1}}""");
        _hub.Live!.Cut();

        await AssertNextAsync(3, """{"a":1,"c":{"d":1}}""", """{"a":1,"c":{"d":1}}""");
        await AssertNoMoreAsync(4);
    }

    [Fact]
    public async Task Reconnect_WithoutChange_TellsNothing()
    {
        await WatchAsync();
        await AssertNextAsync(1, "{}", "{}", first: true);
        for (var cut = 0; cut < 3; cut++)
        {
            _hub.Live!.Cut();
            await _hub.Server.LinkAsync(cut + 1);
            await _hub.Server.UntilAsync(frames => frames.Any(f => f.Link == cut + 1 && f.Type == 3), $"the twin is asked for after cut {cut}");
        }

        await AssertNoMoreAsync(2);
    }

    [Fact]
    public async Task OldVersions_ArePassedOver_AndARepeatTellsNothing()
    {
        await _hub.ChangeDesiredAsync("""{"a":1}""");
        await WatchAsync();
        await AssertNextAsync(2, """{"a":1}""", """{"a":1}""", first: true);

        await _hub.TellDesiredAsync(1, Encoding.UTF8.GetBytes("""{"a":9,"$version":1}"""));
        await _hub.TellDesiredAsync(2, Encoding.UTF8.GetBytes("""{"a":9,"$version":2}"""));

        await AssertNoMoreAsync(3);
    }

    [Fact]
    public async Task MissingVersion_MakesItAskAgain()
    {
        await WatchAsync();
        await AssertNextAsync(1, "{}", "{}", first: true);
        _hub.TellsDesired = false;
        await _hub.ChangeDesiredAsync("""{"a":1}""");
        _hub.TellsDesired = true;
        await _hub.ChangeDesiredAsync("""{"b":1}""");

        await AssertNextAsync(3, """{"a":1,"b":1}""", """{"a":1,"b":1}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"a":1,"$version":7}""")]
    [InlineData("garbage")]
    public async Task GarbagePatch_MakesItAskAgain(string body)
    {
        await WatchAsync();
        await AssertNextAsync(1, "{}", "{}", first: true);
        _hub.TellsDesired = false;
        await _hub.ChangeDesiredAsync("""{"a":1}""");

        await _hub.TellDesiredAsync(2, Encoding.UTF8.GetBytes(body));

        await AssertNextAsync(2, """{"a":1}""", """{"a":1}""");
    }

    [Fact]
    public async Task GarbageTwin_IsAskedForUntilItIsOne()
    {
        var garbage = 0;
        _hub.AnswersTwin = (_, _) => Interlocked.Increment(ref garbage) <= 2 ? (200, "no twin") : null;
        await WatchAsync();

        await AssertNextAsync(1, "{}", "{}", first: true);
    }

    [Fact]
    public async Task OlderTwin_IsPassedOver()
    {
        await _hub.ChangeDesiredAsync("""{"a":1}""");
        await WatchAsync();
        await AssertNextAsync(2, """{"a":1}""", """{"a":1}""", first: true);
        _hub.AnswersTwin = (_, _) => (200, """{"desired":{"$version":1},"reported":{"$version":1}}""");
        _hub.Live!.Cut();
        await _hub.Server.UntilAsync(frames => frames.Any(f => f is { Link: 1, Type: 3 }), "the twin is asked for");

        await AssertNoMoreAsync(3);
    }

    [Fact]
    public async Task HandlerThatThrows_GetsTheNextChangeAllTheSame()
    {
        var client = _hub.Client();
        await Expect.WithinAsync(
            client.SetDesiredPropertyHandlerAsync(
                async (change, ct) =>
                {
                    await _changes.Writer.WriteAsync(change, ct);
                    throw new InvalidOperationException("no");
                },
                Ct),
            "the handler");
        await AssertNextAsync(1, "{}", "{}", first: true);
        await _hub.ChangeDesiredAsync("""{"a":1}""");

        await AssertNextAsync(2, """{"a":1}""", """{"a":1}""");
    }

    [Fact]
    public async Task Handler_MayReport_AndAnotherHandlerBeginsAtTheBeginning()
    {
        await _hub.ChangeDesiredAsync("""{"rate":10}""");
        var client = _hub.Client();
        await Expect.WithinAsync(
            client.SetDesiredPropertyHandlerAsync(async (change, ct) => await client.UpdateReportedPropertiesAsync(new JsonObject { ["version"] = change.Version }, ct), Ct), "the handler");
        await Expect.UntilAsync(() => _hub.Reported.ContainsKey("version"), "the handler reports");

        await WatchAsync(client);

        await AssertNextAsync(2, """{"rate":10}""", """{"rate":10}""", first: true);
        await _hub.ChangeDesiredAsync("""{"rate":11}""");
        await AssertNextAsync(3, """{"rate":11}""", """{"rate":11}""");
    }

    /// <summary>Changes, lost notifications, repeated old ones and cut connections in any order.</summary>
    [Fact]
    public void AnyCourse_EndsAtTheHubsState_WithVersionsRising() => Gen.Int[0, 6].Array[1, 14].Sample(
        steps => Run(steps).GetAwaiter().GetResult(), iter: 12, threads: 1, seed: "0N0XIzNsQ0O2");

    private static async Task Run(int[] steps)
    {
        await using var hub = new ScriptedHub();
        List<DesiredChange> changes = [];
        await Expect.WithinAsync(
            hub.Client().SetDesiredPropertyHandlerAsync(
                (change, _) =>
                {
                    changes.Add(change);
                    return Task.CompletedTask;
                },
                CancellationToken.None),
            "the handler");
        await Expect.UntilAsync(() => changes.Count == 1, "the properties as they stand");
        for (var i = 0; i < steps.Length; i++)
        {
            if (hub.TellsDesired && i % 2 == 0 && steps[i] < 3)
            {
                await hub.ChangeDesiredAsync($$"""{"settled":{{i}}}""");
                await Expect.UntilAsync(() => changes[^1].Version == hub.DesiredVersion, "the change before the next step");
            }

            switch (steps[i])
            {
                case 0 or 1 or 2:
                    await hub.ChangeDesiredAsync($$$"""{"k{{{i % 3}}}":{{{i}}},"n":{"x{{{i % 2}}}":{{{(i % 4 == 0 ? "null" : "1")}}} } }""");
                    break;
                case 3:
                    hub.TellsDesired = !hub.TellsDesired;
                    break;
                case 4:
                    hub.Live?.Cut();
                    break;
                case 5:
                    await hub.TellDesiredAsync(changes[^1].Version, Encoding.UTF8.GetBytes("""{"old":true}"""));
                    break;
                default:
                    await hub.ChangeDesiredAsync("""{"k0":null,"n":null}""");
                    break;
            }
        }

        // A last change that is told, as after any pause sooner or later.
        hub.TellsDesired = true;
        await Expect.UntilAsync(() => hub.Subscribed("$iothub/twin/PATCH/properties/desired/#") is not null, "the module is back");
        await hub.ChangeDesiredAsync("""{"last":1}""");
        await Expect.UntilAsync(() => changes.Count > 0 && changes[^1].Version == hub.DesiredVersion, "the last version is handed on");

        Assert.True(JsonNode.DeepEquals(hub.Desired, changes[^1].Desired));
        Assert.True(changes[0].IsFirst && changes.Count(c => c.IsFirst) == 1);
        Assert.Equal(changes.Select(c => c.Version).Distinct().Order(), changes.Select(c => c.Version));
        var built = new JsonObject();
        foreach (var change in changes)
        {
            built = MergePatch.Apply(built, change.Patch);
            Assert.True(JsonNode.DeepEquals(change.Desired, built), $"{built.ToJsonString()} is not {change.Desired.ToJsonString()}");
        }
    }

    private async Task WatchAsync(ModuleClient? client = null) => await Expect.WithinAsync(
        (client ?? _hub.Client()).SetDesiredPropertyHandlerAsync(async (change, ct) => await _changes.Writer.WriteAsync(change, ct), Ct), "the handler");

    private async Task AssertNextAsync(long version, string patch, string desired, bool first = false)
    {
        var change = await Expect.WithinAsync(_changes.Reader.ReadAsync(Ct).AsTask(), $"version {version}");
        Assert.Equal((version, first), (change.Version, change.IsFirst));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(patch), change.Patch), change.Patch.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(desired), change.Desired), change.Desired.ToJsonString());
    }

    /// <summary>The next change is a new one, and nothing came before it.</summary>
    private async Task AssertNoMoreAsync(long next)
    {
        _hub.AnswersTwin = (_, _) => null;
        _hub.TellsDesired = true;
        await Expect.UntilAsync(() => _hub.Subscribed("$iothub/twin/PATCH/properties/desired/#") is not null, "the module is there");
        await _hub.ChangeDesiredAsync("""{"next":1}""");
        var change = await Expect.WithinAsync(_changes.Reader.ReadAsync(Ct).AsTask(), $"version {next}");
        Assert.Equal(next, change.Version);
    }
}
