using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Storage.Files;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Promoting;

/// <summary>Which head answers, and how that changes.</summary>
public sealed class PromotionTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Promotion_IsWhatConsumersFollow_AndStaysInTheHistory()
    {
        var (one, two) = (_bench.Head("one"), _bench.Head("two"));
        var registry = _bench.Open();
        Assert.Null(_bench.Store.CurrentVersion(RegistryBench.Contract, RegistryBench.Task));

        registry.Promote(RegistryBench.Key, one, RegistryBench.Reason);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        registry.Promote(RegistryBench.Key, two, new ChangeReason("ben", "still better"));

        var current = _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!;
        Assert.Equal((two.Version, "two"), (current.Version, File.ReadAllText(current.OnnxPath)));
        Assert.Equal(one.Version, registry.Head(RegistryBench.Key, HeadAlias.Previous)!.Version);
        var history = registry.History(RegistryBench.Key);
        Assert.Equal([(null, one.Version, "ann"), (one.Version, two.Version, "ben")], history.Select(change => (change.From?.Version, change.To?.Version, change.Record.By)));
        Assert.Equal(60_000_000, history[1].Record.At - history[0].Record.At);
        Assert.Null(new HeadStore(_bench.Data, "south").CurrentVersion(RegistryBench.Contract, RegistryBench.Task));
    }

    [Fact]
    public void Rollback_SwapsWithTheOneBefore_AndTwiceIsNone()
    {
        var (one, two) = (_bench.Head("one"), _bench.Head("two"));
        var registry = _bench.Open();
        registry.Promote(RegistryBench.Key, one, RegistryBench.Reason);
        registry.Promote(RegistryBench.Key, two, RegistryBench.Reason);

        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
        Assert.Equal((one.Version, two.Version), Answers(registry));
        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
        Assert.Equal((two.Version, one.Version), Answers(registry));

        Assert.Equal(["promote", "promote", "rollback", "rollback"], registry.History(RegistryBench.Key).Select(change => change.Record.Action));
    }

    [Fact]
    public void Rollback_WithNothingBefore_IsRefused()
    {
        var registry = _bench.Open();
        Assert.Equal(RegistryFault.Unknown, Assert.Throws<RegistryException>(() => registry.Rollback(RegistryBench.Key, RegistryBench.Reason)).Fault);
        registry.Promote(RegistryBench.Key, _bench.Head("one"), RegistryBench.Reason);
        Assert.Equal(RegistryFault.NothingBefore, Assert.Throws<RegistryException>(() => registry.Rollback(RegistryBench.Key, RegistryBench.Reason)).Fault);
    }

    [Fact]
    public void FirstPromotion_OverABundlesHead_LeavesAWayBackToIt()
    {
        var (seed, next) = (_bench.Open().Register(RegistryBench.Manifest(1), "seed"u8.ToArray()), _bench.Head("next"));
        var registry = _bench.Open();

        registry.Promote(RegistryBench.Key, next, RegistryBench.Reason, new PromotionOptions { Expected = seed.Version, InUse = seed });
        Assert.Equal(["adopt", "promote"], registry.History(RegistryBench.Key).Select(change => change.Record.Action));
        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);

        Assert.Equal(seed.Version, _bench.Store.CurrentVersion(RegistryBench.Contract, RegistryBench.Task));
    }

    [Fact]
    public void Promotion_OfWhatAnswersAlready_ChangesNothing()
    {
        var (registry, head) = (_bench.Open(), _bench.Head("one"));
        Assert.NotNull(registry.Promote(RegistryBench.Key, head, RegistryBench.Reason));
        Assert.Null(registry.Promote(RegistryBench.Key, head, RegistryBench.Reason));
        Assert.Single(registry.History(RegistryBench.Key));
    }

    [Fact]
    public void Promotion_OfAHeadForAnotherTaskOrContract_IsRefused()
    {
        var (registry, head) = (_bench.Open(), _bench.Head("one"));
        Assert.Throws<RegistryException>(() => registry.Promote(new AliasKey(RegistryBench.Fleet, RegistryBench.Contract, "shape"), head, RegistryBench.Reason));
        Assert.Throws<RegistryException>(() => registry.Promote(new AliasKey(RegistryBench.Fleet, ContractId.Of("other"u8), RegistryBench.Task), head, RegistryBench.Reason));
        Assert.Empty(registry.AliasKeys());
    }

    [Fact]
    public void Promotion_OfARefusedHead_TakesSomebodyWhoSaysSo()
    {
        var (registry, head) = (_bench.Open(), _bench.Run("bad", "Worse").Head!);
        Assert.Equal(RegistryFault.GateRefused, Assert.Throws<RegistryException>(() => registry.Promote(RegistryBench.Key, head, RegistryBench.Reason)).Fault);
        Assert.NotNull(registry.Promote(RegistryBench.Key, head, RegistryBench.Reason, new PromotionOptions { DespiteGate = true }));
    }

    [Fact]
    public void Shadow_IsSetTakenAwayAndPromoted_WithoutTouchingWhatAnswers()
    {
        var (one, two) = (_bench.Head("one"), _bench.Head("two"));
        var registry = _bench.Open();
        registry.Promote(RegistryBench.Key, one, RegistryBench.Reason);

        Assert.Equal((HeadAlias.Shadow, two.Version), Shown(registry.SetShadow(RegistryBench.Key, two, RegistryBench.Reason)!));
        Assert.Null(registry.SetShadow(RegistryBench.Key, two, RegistryBench.Reason));
        Assert.Equal(one.Version, _bench.Store.CurrentVersion(RegistryBench.Contract, RegistryBench.Task));
        registry.Promote(RegistryBench.Key, two, RegistryBench.Reason);
        Assert.Null(registry.Head(RegistryBench.Key, HeadAlias.Shadow));
        Assert.Equal((two.Version, one.Version), Answers(registry));
        registry.SetShadow(RegistryBench.Key, one, RegistryBench.Reason);
        Assert.Equal((HeadAlias.Shadow, null), Shown(registry.SetShadow(RegistryBench.Key, null, RegistryBench.Reason)!));

        static (HeadAlias, string?) Shown(AliasChange change) => (change.Alias, change.To?.Version);
    }

    [Fact]
    public void Signatures_DecideWhatMayAnswer()
    {
        using var good = SigningKey.Create();
        using var other = SigningKey.Create();
        var registry = _bench.Open(TrustedKeys.Of(good));
        var (signed, unsigned, strange) = (_bench.Head("signed", good), _bench.Head("unsigned"), _bench.Head("strange", other));

        Assert.NotNull(registry.Promote(RegistryBench.Key, signed, RegistryBench.Reason));
        Assert.Equal(RegistryFault.Unsigned, Refused(registry, unsigned).Fault);
        Assert.Contains(other.Id[..12], Refused(registry, strange).Message, StringComparison.Ordinal);
        Assert.Equal(RegistryFault.UnknownKey, Refused(registry, strange).Fault);

        // Another head's signature.
        var folder = _bench.Folder;
        File.Copy(
            RegistryFolder.SignaturesOf(folder.HeadFile(RegistryBench.Contract, RegistryBench.Task, signed.Id)),
            RegistryFolder.SignaturesOf(folder.HeadFile(RegistryBench.Contract, RegistryBench.Task, unsigned.Id)));
        Assert.Equal(RegistryFault.BadSignature, Refused(registry, unsigned).Fault);
        Assert.Equal(signed.Version, _bench.Store.CurrentVersion(RegistryBench.Contract, RegistryBench.Task));

        // Signing again adds; both count from then on.
        registry.Register(strange.Manifest, "strange"u8.ToArray(), good);
        Assert.NotNull(registry.Promote(RegistryBench.Key, strange, RegistryBench.Reason));
    }

    [Fact]
    public async Task TwoAtOnce_WhoBelieveTheSame_OneWinsAndTheOtherIsTold()
    {
        var first = _bench.Head("first");
        _bench.Open().Promote(RegistryBench.Key, first, RegistryBench.Reason);
        var heads = Enumerable.Range(0, 8).Select(i => _bench.Head($"next {i}")).ToArray();
        using var together = new Barrier(heads.Length);

        var outcomes = await Task.WhenAll(heads.Select(head => Task.Factory.StartNew(
            () =>
            {
                // Another process has another registry object over the same folder.
                var registry = new ModelRegistry(_bench.Data, TimeProvider.System);
                together.SignalAndWait(TestContext.Current.CancellationToken);
                try
                {
                    return registry.Promote(RegistryBench.Key, head, RegistryBench.Reason, new PromotionOptions { Expected = first.Version }) is not null;
                }
                catch (RegistryException e) when (e.Fault == RegistryFault.Overtaken)
                {
                    return false;
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var winner = heads[Array.IndexOf(outcomes, true)];
        Assert.Single(outcomes, true);
        Assert.Equal((winner.Version, first.Version), Answers(_bench.Open()));
        Assert.Equal(2, _bench.Open().History(RegistryBench.Key).Count);
    }

    [Fact]
    public async Task Change_WhileAnotherProcessDoesNotComeToAnEnd_NamesItAndChangesNothing()
    {
        var head = _bench.Head("one");
        using (FolderLock.Take(_bench.Folder.Root))
        {
            var waiting = Task.Run(() => _bench.Open().Promote(RegistryBench.Key, head, RegistryBench.Reason), TestContext.Current.CancellationToken);
            while (!waiting.IsCompleted)
            {
                _bench.Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            var busy = await Assert.ThrowsAsync<RegistryException>(() => waiting);
            Assert.Equal(RegistryFault.Busy, busy.Fault);
            Assert.Contains($"process {Environment.ProcessId}", busy.Message, StringComparison.Ordinal);
        }

        Assert.Null(_bench.Store.CurrentVersion(RegistryBench.Contract, RegistryBench.Task));
        Assert.NotNull(_bench.Open().Promote(RegistryBench.Key, head, RegistryBench.Reason));
    }

    [Fact]
    public async Task ManyAtOnce_WithoutABelief_LoseNoChange()
    {
        var heads = Enumerable.Range(0, 10).Select(i => _bench.Head($"head {i}")).ToArray();

        await Task.WhenAll(heads.Select(head => Task.Run(
            () => new ModelRegistry(_bench.Data, TimeProvider.System).Promote(RegistryBench.Key, head, RegistryBench.Reason), TestContext.Current.CancellationToken)));

        var history = _bench.Open().History(RegistryBench.Key);
        Assert.Equal(heads.Select(head => head.Version).Order(), history.Select(change => change.To!.Version).Order());
        Assert.All(history.Skip(1).Index(), pair => Assert.Equal(history[pair.Index].To, pair.Item.From));
    }

    private static RegistryException Refused(ModelRegistry registry, RegisteredHead head) =>
        Assert.Throws<RegistryException>(() => registry.Promote(RegistryBench.Key, head, RegistryBench.Reason));

    private static (string?, string?) Answers(ModelRegistry registry) =>
        (registry.Aliases(RegistryBench.Key)!.Production?.Version, registry.Aliases(RegistryBench.Key)!.Previous?.Version);
}
