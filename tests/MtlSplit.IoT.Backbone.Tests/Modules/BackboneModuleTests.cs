using System.IO.Compression;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Backbone.Control;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Modules;

/// <summary>The whole process as an IoT Edge module: the twin says what it runs, and hears what became of it.</summary>
public sealed class BackboneModuleTests : IAsyncLifetime
{
    private ModuleBench? _bench;

    private ModuleBench Bench => _bench!;

    public async ValueTask InitializeAsync() => _bench = await ModuleBench.OpenAsync();

    public async ValueTask DisposeAsync() => await (_bench?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Fact]
    public async Task Vehicle_WithoutABundle_TakesItsFirstFromTheTwin()
    {
        var (next, archive) = Bench.Pack();
        Bench.Start();
        await Bench.ReportedAsync(r => r is { Active: null, Fault: "fleet: neither the twin nor the settings say which fleet the vehicle belongs to" }, "it misses its fleet");

        await Bench.DesireAsync(Bench.Base());
        await Bench.ReportedAsync(r => r is { Active: null, Fault: null }, "it has all but a bundle");
        await Bench.DesireAsync(ModuleBench.Wish(next, archive));

        await Bench.FeaturesAsync(next.Contract, 20, "features of its first bundle");
        var reported = await Bench.ReportedAsync(r => r.Active is { Proven: true }, "its first bundle is proven");
        Assert.Equal((next.Digest, next.Contract.ToString(), next.Manifest.ReleaseCounter), (reported.Active!.Digest, reported.Active.Contract, reported.Active.Release));
        Assert.Null(reported.Previous);
    }

    [Fact]
    public async Task NewBundle_TakesOverBetweenTwoFrames_IsProven_AndTheOldOneIsKept()
    {
        await DriveAsync();
        var (next, archive) = Bench.Pack();

        await Bench.DesireAsync(ModuleBench.Wish(next, archive));
        var reported = await Bench.ReportedAsync(r => r.Active is { Proven: true } active && active.Digest == next.Digest, "the new bundle is proven");

        Assert.Equal(("proven", 0L), (reported.Update!.State, reported.Update.FramesLost));
        Assert.InRange(reported.Update.Seconds!.Value, 0.001, 30);
        Assert.Equal(Bench.Own.Bundle.Digest, reported.Previous!.Digest);
        AssertOneChange(Bench.Own.Bundle.Contract, next.Contract);

        // And back, which needs neither a download nor a proof.
        await Bench.DesireAsync(ModuleBench.Wish(Bench.Own.Bundle, archive));
        await Bench.FeaturesAsync(Bench.Own.Bundle.Contract, 10, "features of the kept bundle");
        reported = await Bench.ReportedAsync(r => r.Active!.Digest == Bench.Own.Bundle.Digest, "the kept bundle runs");
        Assert.True(reported.Active!.Proven);
    }

    [Fact]
    public async Task Bundle_WhoseAnswersAreOutOfRange_IsTakenBackByItself_AndNotTriedAgain()
    {
        await DriveAsync();
        var ranges = new FieldRanges { TopProbability = new FieldRange(0.5, 0.8), ClassShares = [] };
        var (next, archive) = Bench.Pack(manifest => manifest with
        {
            Tasks = [.. manifest.Tasks.Select(task => task with { Field = ranges with { ClassShares = [.. task.Classes.Select(_ => new FieldRange(0, 1))] } })],
        });

        await Bench.DesireAsync(ModuleBench.Wish(next, archive));
        var reported = await Bench.ReportedAsync(r => r.Update is { State: "rolled-back" }, "it is taken back");

        Assert.Equal(("out-of-range", next.Digest), (reported.Update!.Code, reported.Update.Digest));
        Assert.Contains("mean top probability", reported.Update.Reason, StringComparison.Ordinal);
        reported = await Bench.ReportedAsync(r => r.Active!.Digest == Bench.Own.Bundle.Digest, "the old one runs");
        Assert.True(reported.Active!.Proven);
        var seen = Bench.Features.Count(f => f.Contract == next.Contract);
        Assert.InRange(seen, FieldRanges.LeastScored, int.MaxValue);
        await Bench.FeaturesAsync(Bench.Own.Bundle.Contract, 100, "features of the old one");
        Assert.Equal(seen, Bench.Features.Count(f => f.Contract == next.Contract));
        AssertNoGap();
    }

    [Fact]
    public async Task Bundle_WhoseFeaturesGoIntoQuarantine_IsTakenBackByItself()
    {
        await DriveAsync();
        var (next, archive) = Bench.Pack();
        Bench.Quarantined = next.Contract;

        await Bench.DesireAsync(ModuleBench.Wish(next, archive));
        var reported = await Bench.ReportedAsync(r => r.Update is { State: "rolled-back" }, "it is taken back");

        Assert.Equal(("features-quarantined", next.Digest), (reported.Update!.Code, reported.Update.Digest));
        await Bench.ReportedAsync(r => r.Active!.Digest == Bench.Own.Bundle.Digest, "the old one runs");
        AssertNoGap();
    }

    [Fact]
    public async Task Archive_ThatIsDamagedOrOfAStranger_IsRefusedByCode_AndAMethodLetsItBeTriedAgain()
    {
        await DriveAsync();
        using var stranger = SigningKey.Create();
        var (strange, strangeArchive) = Bench.Pack(manifest => manifest with { ReleaseCounter = 7 }, stranger);
        await Bench.DesireAsync(ModuleBench.Wish(strange, strangeArchive));
        await Bench.ReportedAsync(r => r.Update is { State: "refused", Code: "unknown-key" } update && update.Digest == strange.Digest, "a stranger's is refused");

        var (next, archive) = Bench.Pack();
        var sound = await File.ReadAllBytesAsync(archive, TestContext.Current.CancellationToken);
        Damage(archive, next);
        await Bench.DesireAsync(ModuleBench.Wish(next, archive));
        var reported = await Bench.ReportedAsync(r => r.Update is { State: "refused" } update && update.Digest == next.Digest, "the damaged one is refused");
        Assert.Equal("bad-digest", reported.Update!.Code);
        Assert.Contains("backbone.onnx", reported.Update.Reason, StringComparison.Ordinal);
        Assert.Equal(Bench.Own.Bundle.Digest, reported.Active!.Digest);

        await File.WriteAllBytesAsync(archive, sound, TestContext.Current.CancellationToken);
        Assert.Equal((400, true), await CallAsync("""{"digest":"nonsense"}""", "64 lower-case hex digits"));
        Assert.Equal((404, true), await CallAsync($$"""{"digest":"{{new string('0', 64)}}"}""", "not among those that were refused"));
        Assert.Equal((200, true), await CallAsync($$"""{"digest":"{{next.Digest}}"}""", "bad-digest"));
        await Bench.ReportedAsync(r => r.Active!.Digest == next.Digest, "the sound one runs");
        AssertOneChange(Bench.Own.Bundle.Contract, next.Contract);
    }

    [Fact]
    public async Task Module_KilledWhileItsBundleIsProvisional_GoesOnWithIt_AndWithWhatItReported()
    {
        await DriveAsync("--frames", "1000000");
        var (next, archive) = Bench.Pack();
        await Bench.DesireAsync(new JsonObject { ["publish"] = new JsonObject { ["rate"] = 5 } });
        await Bench.DesireAsync(ModuleBench.Wish(next, archive));
        var before = await Bench.ReportedAsync(r => r.Update is { State: "provisional", Seconds: not null } && r.Active!.Digest == next.Digest, "it is provisional");

        await Bench.Program.KillAsync();
        Bench.Start("--bundle", Bench.Own.Folder);
        await Bench.FeaturesAsync(next.Contract, 5, "features of the provisional bundle");

        var after = await Bench.ReportedAsync(r => r.Active!.Digest == next.Digest, "it still runs");
        Assert.Equal(before.Update, after.Update);
        await Bench.DesireAsync(new JsonObject { ["publish"] = new JsonObject { ["rate"] = 100 } });
        await Bench.ReportedAsync(r => r.Active is { Proven: true } active && active.Digest == next.Digest, "it is proven after all");
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("""{"publish":{"encoding":"u9"}}""", "publish.encoding: 'u9' is not u8, f16 or f32")]
    [InlineData("""{"bundle":{"source":"ftp://x","digest":"","contract":"","release":1}}""", "bundle.source: 'ftp://x' is not an absolute https:, http: or file: address")]
    [InlineData("""{"broker":{"host":"elsewhere","tls":false}}""", "broker.tls: features go to elsewhere over TLS only; false is for loopback")]
    public async Task Desire_ThatCannotBeUsed_IsReportedByPath_AndChangesNothing(string patch, string fault)
    {
        await DriveAsync();
        var desire = JsonNode.Parse(patch)!.AsObject();

        await Bench.DesireAsync(desire);

        var reported = await Bench.ReportedAsync(r => r.Fault is not null, "a fault");
        Assert.Contains(fault, reported.Fault, StringComparison.Ordinal);
        await Bench.FeaturesAsync(Bench.Own.Bundle.Contract, 10, "it drives on");
        await Bench.DesireAsync(new JsonObject(desire.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)null))));
        await Bench.DesireAsync(Bench.Base());
        await Bench.ReportedAsync(r => r.Fault is null, "the fault is gone");
    }

    [Fact]
    public async Task Encoding_ChangesWhileFramesFlow()
    {
        await DriveAsync();
        var encodings = Bench.Own.Bundle.Descriptor.Encodings;
        Assert.Equal(Id(EncodingVariant.Float32), Bench.Features[^1].Message.Encoding);

        await Bench.DesireAsync(new JsonObject { ["publish"] = new JsonObject { ["encoding"] = EncodingVariant.UInt8 } });

        await Expect.UntilAsync(() => Bench.Features[^1].Message.Encoding == Id(EncodingVariant.UInt8), "the other encoding");
        AssertNoGap();

        uint Id(string name) => encodings.Single(e => e.Name == name).Id;
    }

    [Fact]
    public async Task AnotherFleet_EndsTheProcessInOrder_SoThatItsAgentStartsItAnew()
    {
        await DriveAsync();

        await Bench.DesireAsync(new JsonObject { ["fleet"] = "other" });

        Assert.Equal(0, await Bench.Program.ExitAsync());
        Assert.Contains("The twin says now: fleet other, vehicle car-1", Bench.Program.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Module_WithoutStoreOrKeys_OrWithKeysThatAreNone_OrAStoreInUse_SaysSo()
    {
        await using (var bare = ProgramUnderTest.Start("MtlSplit.IoT.Backbone", new Dictionary<string, string> { ["IOTEDGE_MODULEID"] = "backbone" }))
        {
            Assert.NotEqual(0, await bare.ExitAsync());
            Assert.Contains("The Backbone:Store (--store) is required of an IoT Edge module", bare.Log, StringComparison.Ordinal);
            Assert.Contains("The Backbone:Keys (--keys) is required of an IoT Edge module", bare.Log, StringComparison.Ordinal);
        }

        await using (var lost = ProgramUnderTest.Start("MtlSplit.IoT.Backbone", new Dictionary<string, string> { ["IOTEDGE_MODULEID"] = "backbone" }, "--store", Bench.Store, "--keys", Bench.Keys))
        {
            Assert.NotEqual(0, await lost.ExitAsync());
            Assert.Contains("the environment lacks IOTEDGE_WORKLOADURI, IOTEDGE_DEVICEID", lost.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", lost.Log, StringComparison.Ordinal);
        }

        await DriveAsync();
        var first = Bench.Program;
        var second = Bench.Start();
        Assert.NotEqual(0, await second.ExitAsync());
        Assert.Contains("Backbone:Store: ", second.Log, StringComparison.Ordinal);
        Assert.Contains($"{first.Id}", second.Log, StringComparison.Ordinal);
        File.Delete(Path.Combine(Bench.Keys, "release.pem"));
        var keyless = Bench.Start();
        Assert.NotEqual(0, await keyless.ExitAsync());
        Assert.Contains("Backbone:Keys: ", keyless.Log, StringComparison.Ordinal);
    }

    // Every frame has its feature, and the vehicle's own bundle made the first of them.
    private async Task DriveAsync(params string[] args)
    {
        await Bench.DesireAsync(Bench.Base());
        Bench.Start(["--bundle", Bench.Own.Folder, .. args]);
        await Bench.FeaturesAsync(Bench.Own.Bundle.Contract, 10, "the vehicle drives");
        var reported = await Bench.ReportedAsync(r => r.Active is { Proven: true }, "its own bundle counts as proven");
        Assert.Equal(Bench.Own.Bundle.Digest, reported.Active!.Digest);
    }

    private void AssertOneChange(ContractId from, ContractId to)
    {
        AssertNoGap();
        var contracts = Bench.Features.OrderBy(f => f.Message.Frame.Number).Select(f => f.Contract).ToList();
        var at = contracts.IndexOf(to);
        Assert.All(contracts[..at], contract => Assert.Equal(from, contract));
        Assert.All(contracts[at..], contract => Assert.Equal(to, contract));
    }

    private void AssertNoGap()
    {
        var numbers = Bench.Features.Select(f => f.Message.Frame.Number).Distinct().Order().ToList();
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(n => (ulong)n), numbers);
    }

    private async Task<(int Status, bool Says)> CallAsync(string argument, string words)
    {
        var (status, payload) = await Bench.CallAsync(ModuleControl.RetryMethod, JsonNode.Parse(argument));
        return (status, payload.Contains(words, StringComparison.Ordinal));
    }

    // One byte of the model, in an archive that is sound otherwise.
    private static void Damage(string archive, Bundle bundle)
    {
        var model = File.ReadAllBytes(bundle.BackbonePath);
        model[^1] ^= 1;
        using var zip = ZipFile.Open(archive, ZipArchiveMode.Update);
        zip.GetEntry("backbone.onnx")!.Delete();
        using var entry = zip.CreateEntry("backbone.onnx", CompressionLevel.NoCompression).Open();
        entry.Write(model);
    }
}
