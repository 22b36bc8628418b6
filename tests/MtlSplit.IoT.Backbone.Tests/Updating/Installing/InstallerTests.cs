using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Installing;

public sealed class InstallerTests : IDisposable
{
    private readonly UpdateBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, BundleFault> BrokenArchives => [.. BrokenArchive.Ways.Select(way => new TheoryDataRow<string, BundleFault>(way.Key, way.Value))];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task AVehicle_WithAnEmptyStore_TakesInItsOwnBundle_AndKeepsIt()
    {
        var installer = await _bench.StartAsync();

        Assert.Equal(_bench.Own.Bundle.Digest, installer.State.Active!.Digest);
        Assert.Equal(UpdateBench.OwnRelease, installer.State.HighWater);
        Assert.Null(installer.State.Probation);
        _bench.AssertSound();
        Assert.Equal(_bench.Own.Bundle.Digest, (await _bench.StartAsync(withOwn: false)).State.Active!.Digest);
    }

    [Fact]
    public async Task ANewBundle_GoesThroughEveryStep_AndRunsProvisionally()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);

        var outcome = await installer.InstallAsync(wanted, Cancellation);

        Assert.Equal(new InstallOutcome(wanted.Digest, InstallResult.Activated), outcome);
        Assert.Equal(
            [InstallStep.Download, InstallStep.VerifyArchive, InstallStep.Extract, InstallStep.Sync, InstallStep.Warm, InstallStep.Golden, InstallStep.Activate], _bench.Steps);
        Assert.Equal([wanted.Digest], _bench.Swapped);
        Assert.Equal((wanted.Digest, _bench.Own.Bundle.Digest), (installer.State.Active!.Digest, installer.State.Previous!.Digest));
        Assert.Equal(0, installer.State.Probation!.Evidence.Quarantined);
        var contract = _bench.Own.Bundle.Contract.ToString();
        Assert.Equal(new RunningBundle(wanted.Digest, contract, 6, Proven: false), installer.State.ReportActive());
        Assert.Equal(new RunningBundle(_bench.Own.Bundle.Digest, contract, UpdateBench.OwnRelease, Proven: true), installer.State.ReportPrevious());
        Assert.Equal(UpdateBench.OwnRelease, installer.State.HighWater);
        _bench.AssertSound();
        Assert.Equal(InstallResult.AlreadyActive, (await installer.InstallAsync(wanted, Cancellation)).Result);
    }

    [Theory]
    [MemberData(nameof(BrokenArchives))]
    public async Task ABrokenArchive_IsRefusedByItsCode_AndTheOldBundleStays(string way, BundleFault fault)
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        var sound = Path.Combine(_bench.Archives, "sound");
        System.IO.Compression.ZipFile.ExtractToDirectory(wanted.Source, sound);
        File.WriteAllBytes(wanted.Source, BrokenArchive.Make(way, Bundle.Open(sound), _bench.Key));

        var outcome = await installer.InstallAsync(wanted, Cancellation);

        Assert.Equal(InstallResult.Refused, outcome.Result);
        // The archives whose manifest is another are not the one that was asked for, whatever else is wrong with them.
        BundleFault[] allowed = way.Contains("manifest", StringComparison.Ordinal) ? [fault, BundleFault.OtherBundle] : [fault];
        Assert.Contains(outcome.Fault!.Value, allowed);
        var refusal = Assert.Single(installer.State.Refused);
        Assert.Equal((wanted.Digest, outcome.Fault.Value.Code()), (refusal.Digest, refusal.Code));
        Assert.Equal(_bench.Own.Bundle.Digest, installer.State.Active!.Digest);
        Assert.Empty(_bench.Swapped);
        _bench.AssertSound();
    }

    [Fact]
    public async Task AnExpiredBundle_IsRefused_AndOneThatExpiresLater_KeepsRunning()
    {
        var installer = await _bench.StartAsync();
        var late = await installer.InstallAsync(_bench.Make(6, m => m with { ExpiresAt = _bench.Now }), Cancellation);
        var wanted = _bench.Make(6, m => m with { ExpiresAt = _bench.Now + 60_000_000 });
        var inTime = await installer.InstallAsync(wanted, Cancellation);

        Assert.Equal((InstallResult.Refused, BundleFault.Expired), (late.Result, late.Fault));
        Assert.Null(late.RetryAt);
        Assert.Equal(InstallResult.Activated, inTime.Result);
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(wanted.Digest, (await _bench.StartAsync()).State.Active!.Digest);
    }

    [Fact]
    public async Task AReleaseBelowTheMark_IsRefused_ButNotTheKeptOne_AndTheMarkRisesOnProof()
    {
        var installer = await _bench.StartAsync();
        var old = await installer.InstallAsync(_bench.Make(4), Cancellation);
        var next = _bench.Make(9);
        await installer.InstallAsync(next, Cancellation);
        Assert.Equal(5, installer.State.HighWater);
        await installer.ObserveAsync(_bench.Answers(next.Digest, 200), Cancellation);
        Assert.Equal(9, installer.State.HighWater);
        var between = await installer.InstallAsync(_bench.Make(8), Cancellation);
        var own = BundleReference.Parse(_bench.Own.Bundle.Digest, "/nowhere");
        var back = await installer.InstallAsync(own, Cancellation);

        Assert.Equal((InstallResult.Refused, BundleFault.Downgrade), (old.Result, old.Fault));
        Assert.Equal((InstallResult.Refused, BundleFault.Downgrade), (between.Result, between.Fault));
        Assert.Equal(InstallResult.Returned, back.Result);
        Assert.Equal((own.Digest, next.Digest, 9L), (installer.State.Active!.Digest, installer.State.Previous!.Digest, installer.State.HighWater));
        Assert.Null(installer.State.Probation);
        Assert.Equal([next.Digest, own.Digest], _bench.Swapped);
        _bench.AssertSound();
    }

    [Fact]
    public async Task ABackboneThatIsNoNetwork_CannotRun()
    {
        var installer = await _bench.StartAsync();

        var outcome = await installer.InstallAsync(_bench.Make(6, null, ("backbone.onnx", "no network"u8.ToArray())), Cancellation);

        Assert.Equal((InstallResult.Refused, BundleFault.CannotRun), (outcome.Result, outcome.Fault));
        Assert.Equal(InstallStep.Warm, _bench.Steps[^1]);
        _bench.AssertSound();
    }

    [Fact]
    public async Task AHeadThatIsNoNetwork_CannotRun()
    {
        var installer = await _bench.StartAsync();

        var outcome = await installer.InstallAsync(_bench.Make(6, null, ("heads/object_size.onnx", "no network"u8.ToArray())), Cancellation);

        Assert.Equal((InstallResult.Refused, BundleFault.CannotRun), (outcome.Result, outcome.Fault));
        Assert.Equal(InstallStep.Golden, _bench.Steps[^1]);
    }

    [Fact]
    public async Task AFeatureOtherThanTheGoldenOne_IsRefused()
    {
        var installer = await _bench.StartAsync();
        var golden = File.ReadAllBytes(_bench.Own.Bundle.PathOf("golden/0.feature"));
        BitConverter.TryWriteBytes(golden.AsSpan(8), BitConverter.ToSingle(golden, 8) + 0.5f);

        var outcome = await installer.InstallAsync(_bench.Make(6, null, ("golden/0.feature", golden)), Cancellation);

        Assert.Equal((InstallResult.Refused, BundleFault.GoldenMismatch), (outcome.Result, outcome.Fault));
        Assert.Contains("golden/0.rgb", outcome.Reason, StringComparison.Ordinal);
        _bench.AssertSound();
    }

    [Fact]
    public async Task APipelineThatDoesNotTakeTheBundle_KeepsTheOldOne()
    {
        var installer = await _bench.StartAsync();
        _bench.SwapFault = new InvalidOperationException("no memory left");

        var outcome = await installer.InstallAsync(_bench.Make(6), Cancellation);

        Assert.Equal((InstallResult.Refused, BundleFault.CannotRun), (outcome.Result, outcome.Fault));
        Assert.Equal(1, Assert.Single(installer.State.Refused).Count);
        Assert.Equal(_bench.Own.Bundle.Digest, installer.State.Active!.Digest);
        _bench.AssertSound();
    }

    [Fact]
    public async Task AFullDisk_AtAnyByte_IsSaid_CleanedUp_AndTriedAgainLater()
    {
        var wanted = _bench.Make(6);
        await _bench.StartAsync();
        var cramped = new CrampedFileSystem(DiskFileSystem.Instance);
        _bench.Files = cramped;
        var installer = await _bench.StartAsync();
        long before = long.MaxValue / 2;
        cramped.Room = before;
        Assert.Equal(InstallResult.Activated, (await installer.InstallAsync(wanted, Cancellation)).Result);
        var needed = before - cramped.Room;

        for (var room = 0L; room < needed - 3000; room += needed / 37)
        {
            using var bench = new UpdateBench(cramped);
            cramped.Room = before;
            var vehicle = await bench.StartAsync();
            var other = bench.Make(6);
            cramped.Room = room;
            var refused = await vehicle.InstallAsync(other, Cancellation);

            Assert.Equal((InstallResult.Refused, BundleFault.DiskFull), (refused.Result, refused.Fault));
            Assert.Equal(bench.Time.GetUtcNow() + TimeSpan.FromMinutes(1), refused.RetryAt);
            bench.AssertSound();
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(bench.Store, "staging")));
            cramped.Room = before;
            Assert.Equal(InstallResult.RefusedBefore, (await vehicle.InstallAsync(other, Cancellation)).Result);
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(InstallResult.Activated, (await vehicle.InstallAsync(other, Cancellation)).Result);
        }
    }

    [Fact]
    public async Task ADiskThatIsReallyFull_IsToldFromOtherFaults()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Only Linux has /dev/full.");
        using var full = DiskFileSystem.Instance.Open("/dev/full", FileOpening.OpenOrCreate);

        Assert.True(DiskFull.Is(Assert.Throws<IOException>(() => full.Write(new byte[10], 0))));
        Assert.False(DiskFull.Is(new IOException("something else")));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task ARefusedBundle_IsNotFetchedAgain_UntilSomebodyForgetsIt()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6, null, ("backbone.onnx", "no network"u8.ToArray()));
        await installer.InstallAsync(wanted, Cancellation);
        _bench.Steps.Clear();
        _bench.Time.Advance(TimeSpan.FromDays(1000));

        var again = await (await _bench.StartAsync()).InstallAsync(wanted, Cancellation);

        Assert.Equal((InstallResult.RefusedBefore, BundleFault.CannotRun, null), (again.Result, again.Fault, again.RetryAt));
        Assert.DoesNotContain(InstallStep.Download, _bench.Steps);
        var third = await _bench.StartAsync();
        await third.ForgetAsync(wanted.Digest, Cancellation);
        Assert.Equal(InstallResult.Refused, (await third.InstallAsync(wanted, Cancellation)).Result);
    }

    [Fact]
    public async Task ABundleThatIsNotThere_IsTriedTenTimes_WithGrowingPauses()
    {
        var installer = await _bench.StartAsync();
        var wanted = BundleReference.Parse(new string('a', 64), "/nowhere/it");
        var pauses = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var outcome = await installer.InstallAsync(wanted, Cancellation);
            Assert.Equal((InstallResult.Refused, BundleFault.DownloadFailed), (outcome.Result, outcome.Fault));
            pauses.Add((outcome.RetryAt!.Value - _bench.Time.GetUtcNow()).TotalMinutes);
            _bench.Time.SetUtcNow(outcome.RetryAt.Value);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256], pauses);
        Assert.Null((await installer.InstallAsync(wanted, Cancellation)).RetryAt);
        _bench.AssertSound();
    }

    [Fact]
    public async Task ABundleThatEndsTheProcessAgainAndAgain_IsGivenUp()
    {
        var wanted = _bench.Make(6);
        for (var i = 0; i < InstallRules.MostCrashes; i++)
        {
            // What a process leaves that dies while it runs the models.
            var dying = await _bench.StartAsync();
            var state = dying.State with { Attempt = new(wanted.Digest, i + 1) };
            _bench.Opened.Save(state);
        }

        var outcome = await (await _bench.StartAsync()).InstallAsync(wanted, Cancellation);

        Assert.Equal((InstallResult.Refused, BundleFault.KeepsCrashing), (outcome.Result, outcome.Fault));
        Assert.DoesNotContain(InstallStep.Warm, _bench.Steps);
    }

    [Fact]
    public async Task ACancelledInstall_LeavesTheOldBundle_AndCanBeBegunAgain()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        using var stop = new CancellationTokenSource();
        _bench.OnDownloaded = _ => stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => installer.InstallAsync(wanted, stop.Token));

        Assert.Empty(installer.State.Refused);
        Assert.Equal(_bench.Own.Bundle.Digest, installer.State.Active!.Digest);
        _bench.AssertSound();
        _bench.OnDownloaded = null;
        Assert.Equal(InstallResult.Activated, (await installer.InstallAsync(wanted, Cancellation)).Result);
    }

    [Fact]
    public async Task AnActiveBundleThatTheDiskSpoilt_GivesWayToTheKeptOne_AndALostStateIsMadeAgain()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        await installer.InstallAsync(wanted, Cancellation);
        File.WriteAllText(Path.Combine(_bench.Store, "bundles", wanted.Digest, "backbone.onnx"), "spoilt");

        var after = await _bench.StartAsync();

        Assert.Equal(_bench.Own.Bundle.Digest, after.State.Active!.Digest);
        Assert.Equal("bad-digest", Assert.Single(after.State.Refused).Code);
        _bench.AssertSound();
        File.WriteAllBytes(Path.Combine(_bench.Store, "state.json"), new byte[500]);
        Assert.Equal(_bench.Own.Bundle.Digest, (await _bench.StartAsync(withOwn: false)).State.Active!.Digest);
        _bench.AssertSound();
    }

    [Fact]
    public async Task AKeptBundleThatTheDiskSpoilt_IsNotReturnedTo()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        await installer.InstallAsync(wanted, Cancellation);
        File.WriteAllText(Path.Combine(_bench.Store, "bundles", _bench.Own.Bundle.Digest, "backbone.onnx"), "spoilt");

        var verdict = await installer.ObserveAsync(_bench.Answers(wanted.Digest, 1) with { Quarantined = 1 }, Cancellation);

        Assert.Equal(BundleFault.Quarantined, verdict.Fault);
        Assert.Equal((wanted.Digest, null), (installer.State.Active!.Digest, installer.State.Previous));
        _bench.AssertSound();
        var back = await installer.InstallAsync(BundleReference.Parse(_bench.Own.Bundle.Digest, "/nowhere"), Cancellation);
        Assert.Equal(BundleFault.DownloadFailed, back.Fault);
    }

    [Fact]
    public async Task APartThatAPowerCutSpoilt_IsFetchedAgainFromTheStart()
    {
        var installer = await _bench.StartAsync();
        var (wanted, part) = (_bench.Make(6), "");
        var content = File.ReadAllBytes(wanted.Source);
        await using var server = new Downloading.RangeServer(content);
        wanted = BundleReference.Parse(wanted.Digest, server.Url.ToString());
        part = Path.Combine(_bench.Store, "staging", wanted.Digest + ".part");
        File.WriteAllBytes(part, new byte[content.Length / 2]);
        File.WriteAllText(part + ".from", $$"""{"source":"{{wanted.Source}}","tag":"\"one\"","total":{{content.Length}}}""");

        Assert.Equal(InstallResult.Activated, (await installer.InstallAsync(wanted, Cancellation)).Result);

        Assert.Equal([$"bytes={content.Length / 2}-", null], server.Requests.Select(r => r.GetValueOrDefault("range")));
        Assert.Empty(installer.State.Refused);
        _bench.AssertSound();
    }

    [Fact]
    public async Task AnUpdateOverHttp_ThatIsStopped_GoesOnAfterTheNextStart()
    {
        var (wanted, installer) = (_bench.Make(6), await _bench.StartAsync());
        await using var server = new Downloading.RangeServer(File.ReadAllBytes(wanted.Source));
        wanted = BundleReference.Parse(wanted.Digest, server.Url.ToString());
        using var stop = new CancellationTokenSource();
        server.Next.Enqueue(new() { CutAfter = 10_000, Stalls = true });
        _bench.OnDownloaded = bytes =>
        {
            if (bytes == 10_000)
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => installer.InstallAsync(wanted, stop.Token));
        _bench.AssertSound(partOf: wanted.Digest);

        Assert.Equal(InstallResult.Activated, (await (await _bench.StartAsync()).InstallAsync(wanted, Cancellation)).Result);

        Assert.Equal("bytes=10000-", server.Requests.Last()["range"]);
        _bench.AssertSound();
    }

    [Fact]
    public async Task AFullDisk_StopsNoVehicle()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        await installer.InstallAsync(wanted, Cancellation);
        _bench.Files = new CrampedFileSystem(DiskFileSystem.Instance) { Room = 0 };

        var after = await _bench.StartAsync();
        await after.ConfirmRunningAsync(Cancellation);
        await after.ObserveAsync(_bench.Answers(wanted.Digest, 100), Cancellation);

        Assert.Equal(wanted.Digest, after.State.Active!.Digest);
        await Assert.ThrowsAsync<IOException>(() => after.ObserveAsync(_bench.Answers(wanted.Digest, 100), Cancellation));
        ((CrampedFileSystem)_bench.Files).Room = 1 << 20;
        Assert.True((await after.ObserveAsync(_bench.Answers(wanted.Digest, 1), Cancellation)).IsProven);
        _bench.AssertSound();
    }
}
