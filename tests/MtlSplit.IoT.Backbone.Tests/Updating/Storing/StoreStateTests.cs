using System.Text.Json;
using CsCheck;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Storing;

/// <summary>Whatever happens in whatever order, the state never loses the bundle that runs, nor what was proven.</summary>
public sealed class StoreStateTests
{
    private static readonly Gen<(int Kind, int Bundle, int Counter, bool Expired)> Events = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 5], Gen.Int[0, 9], Gen.Bool);

    [Fact]
    public void AnyHistory_KeepsWhatMustHold() => Events.List[0, 60].Sample(history =>
    {
        var own = new InstalledBundle(Digest(0), 3, "c");
        var state = new StoreState().Adopt(own);
        var now = 1_000_000L;
        var proven = new HashSet<string> { own.Digest };
        var spoilt = new HashSet<string>();
        foreach (var (kind, number, counter, expired) in history)
        {
            now += 1_000_000;
            var before = state;
            state = Apply(state, kind, Digest(number), counter, expired, now, proven, spoilt);

            Assert.NotNull(state.Active);
            Assert.NotEqual(state.Active.Digest, state.Previous?.Digest);
            Assert.True(state.HighWater >= before.HighWater);
            Assert.True(state.Probation is null || state.Probation.Evidence.Digest == state.Active.Digest);
            // What is not on probation was proven, and so was what is kept.
            Assert.True(state.Probation is not null || proven.Contains(state.Active.Digest));
            Assert.True(state.Previous is null || proven.Contains(state.Previous.Digest));
            Assert.True(state.Refused.Length <= StoreState.MostRefusals);
            Assert.Equal(state.Refused.Length, state.Refused.DistinctBy(r => r.Digest).Count());
            var back = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(state, StoreJson.Default.StoreState), StoreJson.Default.StoreState)!;
            Assert.Equal(JsonSerializer.Serialize(state, StoreJson.Default.StoreState), JsonSerializer.Serialize(back, StoreJson.Default.StoreState));
        }
    });

    [Fact]
    public void ARefusal_IsForEver_WhereItIsTheBundlesOwnFault() => Gen.Enum<BundleFault>().Sample(fault =>
    {
        var state = new StoreState();
        var now = 0L;
        var tries = 0;
        while (InstallRules.BeforeDownload(state, Digest(1), now).Kind == InstallChoice.What.Proceed)
        {
            tries++;
            var refusal = InstallRules.Refuse(state, Digest(1), fault, "", now);
            Assert.Equal(tries, refusal.Count);
            state = state.Refuse(refusal);
            Assert.Equal(InstallChoice.What.Leave, InstallRules.BeforeDownload(state, Digest(1), now).Kind);
            now = refusal.RetryAt ?? long.MaxValue;
        }

        Assert.Equal(
            fault switch
            {
                BundleFault.DownloadFailed or BundleFault.DiskFull or BundleFault.StorageFailed => 10,
                BundleFault.NotAnArchive or BundleFault.Truncated or BundleFault.BadDigest or BundleFault.OtherBundle => 3,
                _ => 1,
            },
            tries);
        Assert.Equal(InstallChoice.What.Proceed, InstallRules.BeforeDownload(state.Forget(Digest(1)), Digest(1), now).Kind);
    });

    [Fact]
    public void TheOldestRefusal_IsForgotten()
    {
        var state = Enumerable.Range(0, 100).Aggregate(new StoreState(), (s, n) => s.Refuse(InstallRules.Refuse(s, Digest(n), BundleFault.Expired, "", n)));

        Assert.Equal(Enumerable.Range(100 - StoreState.MostRefusals, StoreState.MostRefusals).Select(Digest), state.Refused.Select(r => r.Digest));
    }

    private static StoreState Apply(StoreState state, int kind, string digest, int counter, bool expired, long now, HashSet<string> proven, HashSet<string> spoilt)
    {
        switch (kind)
        {
            case 0 or 1 or 2:
                var choice = InstallRules.BeforeDownload(state, digest, now);
                Assert.Equal(digest == state.Active!.Digest, choice.Kind == InstallChoice.What.Nothing);
                if (choice.Kind == InstallChoice.What.Return)
                {
                    return state.Return();
                }

                if (choice.Kind != InstallChoice.What.Proceed)
                {
                    return state;
                }

                Assert.DoesNotContain(digest, spoilt);
                var manifest = Manifest(counter, expired ? now : now + 1);
                choice = InstallRules.BeforeExtract(state, manifest, now);
                Assert.Equal(!expired && counter >= state.HighWater, choice.Kind == InstallChoice.What.Proceed);
                return choice.Kind == InstallChoice.What.Proceed ? state.Activate(new InstalledBundle(digest, counter, "c"), now) : state;
            case 3:
                proven.Add(state.Active!.Digest);
                return state.Prove();
            case 4 when state.Probation is not null:
                if (state.Previous is not null)
                {
                    spoilt.Add(state.Active!.Digest);
                }

                return state.RollBack(InstallRules.Refuse(state, state.Active!.Digest, BundleFault.OutOfRange, "", now));
            case 5 when state.Active!.Digest != digest && state.Previous?.Digest != digest:
                spoilt.Add(digest);
                return state.Refuse(InstallRules.Refuse(state, digest, BundleFault.GoldenMismatch, "", now));
            default:
                spoilt.Remove(digest);
                return state.Forget(digest);
        }
    }

    private static string Digest(int number) => number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private static BundleManifest Manifest(long counter, long expires) => new()
    {
        Name = "n",
        ReleaseCounter = counter,
        CreatedAt = 0,
        ExpiresAt = expires,
        Contract = "",
        Descriptor = null!,
        Backbone = "",
        Tasks = [],
        Golden = [],
        GoldenTolerance = 0,
        Lineage = null!,
        Files = [],
    };
}
