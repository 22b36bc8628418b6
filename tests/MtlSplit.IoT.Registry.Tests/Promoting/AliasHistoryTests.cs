using CsCheck;
using MtlSplit.IoT.Registry.Promoting;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Promoting;

/// <summary>Any sequence of promotions, rollbacks and shadows does what a list of three names would.</summary>
public sealed class AliasHistoryTests
{
    [Fact]
    public void AnySequenceOfChanges_IsWhatASimpleModelSays() => Gen.Int[0, 11].Array[0, 25].Sample(
        steps =>
        {
            using var bench = new RegistryBench();
            var registry = bench.Open();
            var heads = Enumerable.Range(0, 4).Select(i => bench.Head($"head {i}")).ToArray();
            string? production = null, previous = null, shadow = null;
            var changes = 0;
            foreach (var step in steps)
            {
                var version = heads[step % 4].Version;
                switch (step / 4)
                {
                    case 0:
                        var promoted = registry.Promote(RegistryBench.Key, heads[step % 4], RegistryBench.Reason);
                        Assert.Equal(version != production, promoted is not null);
                        if (promoted is not null)
                        {
                            (production, previous, shadow) = (version, production, shadow == version ? null : shadow);
                            changes++;
                        }

                        break;
                    case 1 when previous is null:
                        Assert.Throws<RegistryException>(() => registry.Rollback(RegistryBench.Key, RegistryBench.Reason));
                        break;
                    case 1:
                        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
                        (production, previous) = (previous, production);
                        changes++;
                        break;
                    default:
                        var head = step % 4 == 0 ? null : heads[step % 4];
                        changes += registry.SetShadow(RegistryBench.Key, head, RegistryBench.Reason) is null ? 0 : 1;
                        shadow = head?.Version;
                        break;
                }

                var aliases = registry.Aliases(RegistryBench.Key);
                Assert.Equal((production, previous, shadow), (aliases?.Production?.Version, aliases?.Previous?.Version, aliases?.Shadow?.Version));
                Assert.Equal(production, bench.Store.CurrentVersion(RegistryBench.Contract, RegistryBench.Task));
            }

            var history = registry.History(RegistryBench.Key);
            Assert.Equal(Enumerable.Range(1, changes), history.Select(change => change.Record.Sequence));
            Assert.Equal(production, history.LastOrDefault(change => change.Alias == HeadAlias.Production)?.To?.Version);
        },
        iter: 40);
}
