using System.CommandLine;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Drift.Alarming;
using MtlSplit.IoT.Retraining.Commands;
using MtlSplit.IoT.Retraining.DriftWatching;
using MtlSplit.IoT.Retraining.Tests.Heads;
using MtlSplit.IoT.Storage.Files;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.DriftWatching;

/// <summary>The command over recorded samples, look by look.</summary>
[Collection(EngineTests.Name)]
public sealed class DriftCheckTests : IDisposable
{
    private const int AlarmOn = 3;

    private readonly TinyWorld _world = new();

    private string State => Path.Combine(_world.Data, "drift", $"{TinyWorld.Fleet}.json");

    private string Events => Path.Combine(_world.Data, "drift", $"{TinyWorld.Fleet}.events.jsonl");

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task AnotherLight_IsOneAlarm_WithItsEvidence_UntilItIsAsBefore()
    {
        _world.PublishFirstHead();
        See(160, changedLight: false);
        Assert.Equal(0, await CheckAsync());
        Assert.False(File.Exists(Events));

        See(60, changedLight: true);
        Assert.Equal(AlarmOn, await CheckAsync());
        Assert.Equal(AlarmOn, await CheckAsync());

        var raised = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(Events, TestContext.Current.CancellationToken)))!;
        Assert.Equal(("1.0", "mtlsplit.drift.raised", $"/fleets/{TinyWorld.Fleet}/drift"), (raised["specversion"]!.GetValue<string>(), raised["type"]!.GetValue<string>(), raised["source"]!.GetValue<string>()));
        var evidence = raised["data"]!;
        Assert.Equal(TinyWorld.Classes, evidence["classes"]!.AsArray().Select(c => c!["class"]!.GetValue<string>()));
        Assert.True(evidence["features"]!["pValue"]!.GetValue<double>() < evidence["level"]!.GetValue<double>(), evidence.ToJsonString());
        Assert.Equal(5, evidence["features"]!["examples"]!.AsArray().Count);
        Assert.True(evidence["measuredAccuracy"]!.GetValue<double>() < 0.8, evidence.ToJsonString());
        Assert.Equal(600, evidence["labelled"]!.GetValue<int>());

        for (var look = 0; look < 3; look++)
        {
            See(60, changedLight: false);
            Assert.Equal(look < 2 ? AlarmOn : 0, await CheckAsync());
        }

        var lines = await File.ReadAllLinesAsync(Events, TestContext.Current.CancellationToken);
        Assert.Equal(["mtlsplit.drift.raised", "mtlsplit.drift.recovered"], lines.Select(line => JsonNode.Parse(line)!["type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task WhatIsAccepted_IsTheWorldFromThenOn()
    {
        _world.PublishFirstHead();
        See(160, changedLight: false);
        See(120, changedLight: true);
        Assert.Equal(AlarmOn, await CheckAsync());

        Assert.Equal(0, await CheckAsync("--accept"));
        See(60, changedLight: true);

        Assert.Equal(0, await CheckAsync());
        Assert.Empty(WatchState.Load(State).Alarms);
    }

    [Fact]
    public async Task ANewHead_IsNoDrift()
    {
        _world.PublishFirstHead();
        See(160, changedLight: false);
        Assert.Equal(0, await CheckAsync());

        // The same network under another version: predictions that were recorded are of the old one, answers are not.
        _world.PublishFirstHead();
        See(60, changedLight: false);

        Assert.Equal(0, await CheckAsync());
    }

    [Fact]
    public async Task BeforeTheReferenceIsWhole_NothingIsKeptOfIt()
    {
        _world.PublishFirstHead();
        See(60, changedLight: false);

        Assert.Equal(0, await CheckAsync());

        Assert.Empty(WatchState.Load(State).References);
    }

    [Fact]
    public async Task StateThatIsDamaged_AndGroupsThatContradict_AreRefused()
    {
        _world.PublishFirstHead();
        See(160, changedLight: false);
        Directory.CreateDirectory(Path.GetDirectoryName(State)!);
        await File.WriteAllTextAsync(State, "{", TestContext.Current.CancellationToken);
        Assert.Equal(1, await CheckAsync());
        Assert.Contains("Take the file away", Assert.Throws<RetrainingStateException>(() => WatchState.Load(State)).Message, StringComparison.Ordinal);

        // JSON, but no state.
        await File.WriteAllTextAsync(State, """{"references":{},"alarms":[{"id":"a","key":{"contract":"xyz","task":"t","group":"g"},"raisedAt":1,"confirmedAt":1,"confirmed":1,"calmSince":0,"reason":"r"}]}""", TestContext.Current.CancellationToken);
        Assert.Contains("64 hex digits", Assert.Throws<RetrainingStateException>(() => WatchState.Load(State)).Message, StringComparison.Ordinal);

        var groups = Path.Combine(_world.Data, "groups.json");
        await File.WriteAllTextAsync(groups, """{"a":["v1"],"b":["v1"]}""", TestContext.Current.CancellationToken);
        Assert.Contains("vehicle v1 is in a and in b", Assert.Throws<ArgumentException>(() => VehicleGroups.Read(groups)).Message, StringComparison.Ordinal);
        Assert.Equal(2, await CheckAsync("--groups", groups));
    }

    [Fact]
    public async Task TwoAtOnce_TheSecondFails_AndSaysWhoLooks()
    {
        _world.PublishFirstHead();
        See(160, changedLight: false);
        using (FolderLock.Take(Path.GetDirectoryName(State)!))
        {
            Assert.Equal(1, await CheckAsync());
        }

        Assert.Equal(0, await CheckAsync());
    }

    [Fact]
    public void MoreFramesThanAreRead_AreDrawn_AndEnough()
    {
        _world.PublishFirstHead();
        See(100, changedLight: false);
        See(60, changedLight: true);

        var report = Watch(maxFrames: 300).Run(_ => { }, TestContext.Current.CancellationToken);

        var stream = Assert.Single(report.Streams);
        Assert.Equal((300, 300), (stream.Reference.Frames, stream.Current.Frames));
        Assert.Equal("drift", stream.Verdict);
    }

    [Fact]
    public async Task WithoutAStore_ItFailsAndSaysSo() => Assert.Equal(1, await CheckAsync());

    private DriftWatch Watch(int maxFrames) => new(new WatchOptions
    {
        DataFolder = _world.Data,
        ModelsFolder = Path.Combine(_world.Data, "none"),
        Fleet = TinyWorld.Fleet,
        Groups = VehicleGroups.Read(null),
        Reference = TimeSpan.FromSeconds(100),
        Drift = new DriftOptions { Window = TimeSpan.FromSeconds(60) },
        MaxFrames = maxFrames,
    });

    // Two vehicles in turns of five seconds.
    private void See(int seconds, bool changedLight)
    {
        for (var second = 0; second < seconds; second += 10)
        {
            _world.Store("v1", 50, changedLight);
            _world.Store("v2", 50, changedLight);
        }
    }

    private Task<int> CheckAsync(params string[] more) => new RootCommand { DriftCommand.Create() }
        .Parse(["drift", "check", "--data", _world.Data, "--models", Path.Combine(_world.Data, "none"), "--fleet", TinyWorld.Fleet, "--reference", "100s", "--window", "60s", .. more])
        .InvokeAsync(null, TestContext.Current.CancellationToken);
}
