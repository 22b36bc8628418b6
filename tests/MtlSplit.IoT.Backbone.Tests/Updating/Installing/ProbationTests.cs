using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Contracts.Bundles;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Installing;

/// <summary>A new bundle until it is proven, or taken back.</summary>
public sealed class ProbationTests : IDisposable
{
    private readonly UpdateBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task OneHundredAndNinetyNineAnswers_ProveNothing_TheNextDoes_AcrossStarts()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6, Ranges(0.8, 1, 0, 0.5));
        await installer.InstallAsync(wanted, Cancellation);
        Assert.False((await installer.ObserveAsync(_bench.Answers(wanted.Digest, 175), Cancellation)).IsProven);

        var restarted = await _bench.StartAsync();
        Assert.Equal(175, restarted.State.Probation!.Evidence.Tasks["object_size"].Scored);
        Assert.False((await restarted.ObserveAsync(_bench.Answers(wanted.Digest, 24), Cancellation)).IsProven);
        Assert.NotNull(restarted.State.Probation);
        Assert.True((await restarted.ObserveAsync(_bench.Answers(wanted.Digest, 1), Cancellation)).IsProven);

        Assert.Null(restarted.State.Probation);
        Assert.Equal(6, restarted.State.HighWater);
        Assert.Equal(InstallStep.Proven, _bench.Steps[^1]);
        _bench.AssertSound();
    }

    [Fact]
    public async Task BeingOffline_IsNoFailure()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        await installer.InstallAsync(wanted, Cancellation);
        for (var day = 0; day < 100; day++)
        {
            _bench.Time.Advance(TimeSpan.FromDays(1));
            installer = await _bench.StartAsync();
            await installer.ConfirmRunningAsync(Cancellation);
        }

        Assert.Equal(wanted.Digest, installer.State.Active!.Digest);
        Assert.NotNull(installer.State.Probation);
    }

    [Fact]
    public async Task AFeatureInQuarantine_TakesTheBundleBackAtOnce()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        await installer.InstallAsync(wanted, Cancellation);

        var verdict = await installer.ObserveAsync(_bench.Answers(wanted.Digest, 3) with { Quarantined = 1 }, Cancellation);

        await AssertTakenBackAsync(installer, wanted.Digest, verdict.Fault, BundleFault.Quarantined);
    }

    [Theory]
    [InlineData(0.5f, null, "mean top probability of object_shape")]
    [InlineData(0.9f, 0, "share of object_shape cube")]
    public async Task AnswersOutsideTheRanges_TakeTheBundleBack(float top, int? always, string reason)
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6, m => Ranges(0.8, 1, 0, 0.5)(m with { Tasks = [.. m.Tasks.OrderBy(t => t.Name, StringComparer.Ordinal)] }));
        await installer.InstallAsync(wanted, Cancellation);

        var verdict = await installer.ObserveAsync(_bench.Answers(wanted.Digest, 200, top, always), Cancellation);

        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        await AssertTakenBackAsync(installer, wanted.Digest, verdict.Fault, BundleFault.OutOfRange);
    }

    [Fact]
    public async Task AnswersToTheOldBundlesFeatures_SayNothingAboutTheNew()
    {
        var installer = await _bench.StartAsync();
        await installer.InstallAsync(_bench.Make(6), Cancellation);

        var verdict = await installer.ObserveAsync(_bench.Answers(_bench.Own.Bundle.Digest, 300) with { Quarantined = 5 }, Cancellation);

        Assert.Equal(default, verdict);
        Assert.NotNull(installer.State.Probation);
    }

    [Fact]
    public async Task AProvisionalBundleThatNeverRuns_IsTakenBackAfterSomeStarts()
    {
        var installer = await _bench.StartAsync();
        var wanted = _bench.Make(6);
        await installer.InstallAsync(wanted, Cancellation);
        for (var i = 0; i < InstallRules.MostStarts; i++)
        {
            Assert.Equal(wanted.Digest, (await _bench.StartAsync()).State.Active!.Digest);
        }

        var last = await _bench.StartAsync();

        Assert.Equal(_bench.Own.Bundle.Digest, last.State.Active!.Digest);
        Assert.Equal("keeps-crashing", Assert.Single(last.State.Refused).Code);
        _bench.AssertSound();
    }

    [Fact]
    public async Task ANewerBundle_TakesTheProvisionalOnesPlace_AndTheProvenOneIsStillKept()
    {
        var installer = await _bench.StartAsync();
        await installer.InstallAsync(_bench.Make(6), Cancellation);
        var newer = _bench.Make(7);
        await installer.InstallAsync(newer, Cancellation);

        Assert.Equal((newer.Digest, _bench.Own.Bundle.Digest), (installer.State.Active!.Digest, installer.State.Previous!.Digest));
        _bench.AssertSound();
        await installer.ObserveAsync(_bench.Answers(newer.Digest, 1) with { Quarantined = 1 }, Cancellation);
        Assert.Equal(_bench.Own.Bundle.Digest, installer.State.Active!.Digest);
    }

    [Fact]
    public async Task ABadBundle_WithNothingToGoBackTo_Stays()
    {
        var installer = await _bench.StartAsync(withOwn: false);
        var wanted = _bench.Make(6);
        await installer.InstallAsync(wanted, Cancellation);

        var verdict = await installer.ObserveAsync(_bench.Answers(wanted.Digest, 1) with { Quarantined = 1 }, Cancellation);

        Assert.Equal(BundleFault.Quarantined, verdict.Fault);
        Assert.Equal(wanted.Digest, installer.State.Active!.Digest);
        Assert.NotNull(installer.State.Probation);
        Assert.Equal("features-quarantined", Assert.Single(installer.State.Refused).Code);
        _bench.AssertSound();
    }

    private static Func<BundleManifest, BundleManifest> Ranges(double low, double high, double least, double most) => m => m with
    {
        Tasks = [.. m.Tasks.Select(t => t with { Field = new FieldRanges { TopProbability = new(low, high), ClassShares = [.. t.Classes.Select(_ => new FieldRange(least, most))] } })],
    };

    private async Task AssertTakenBackAsync(Installer installer, string digest, BundleFault? found, BundleFault fault)
    {
        Assert.Equal(fault, found);
        Assert.Equal(_bench.Own.Bundle.Digest, installer.State.Active!.Digest);
        Assert.Null(installer.State.Previous);
        Assert.Null(installer.State.Probation);
        Assert.Equal([digest, _bench.Own.Bundle.Digest], _bench.Swapped);
        Assert.Equal((digest, fault.Code(), null), (installer.State.Refused[0].Digest, installer.State.Refused[0].Code, installer.State.Refused[0].RetryAt));
        Assert.Equal(UpdateBench.OwnRelease, installer.State.HighWater);
        _bench.AssertSound();
        Assert.Equal(_bench.Own.Bundle.Digest, (await _bench.StartAsync()).State.Active!.Digest);
    }
}
