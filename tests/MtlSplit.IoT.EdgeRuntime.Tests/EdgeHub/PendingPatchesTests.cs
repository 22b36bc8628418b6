using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Twins;
using MtlSplit.IoT.HubProtocol.Twins;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.EdgeHub;

public sealed class PendingPatchesTests
{
    private static readonly Gen<string> Leaf = Pick("1", "2", "null", "\"x\"", "{}");
    private static readonly Gen<string> Inner = Members(Leaf);
    private static readonly Gen<string> Patch = Members(Gen.Select(Gen.Bool, Leaf, Inner, static (deep, leaf, inner) => deep ? inner : leaf));

    [Fact]
    public void Patches_MergedWhileTheyWait_HaveTheSameEffectAsInOrder() => Gen.Select(Patch, Patch.List[0, 8], Gen.Int[0, 1]).Sample((start, patches, fixedCount) =>
    {
        // What is there holds no nulls.
        var properties = MergePatch.Apply([], Parse(start));

        var expected = patches.Aggregate(properties.DeepClone().AsObject(), (now, patch) => MergePatch.Apply(now, Parse(patch)));
        var pending = patches.Aggregate(PendingPatches.None, (waiting, patch) => waiting.With(Parse(patch), fixedCount));

        Assert.True(JsonNode.DeepEquals(expected, pending.ApplyTo(properties)));
        Assert.True(pending.Count <= patches.Count);
    });

    [Fact]
    public void Patches_OfTheSameValue_AreOne()
    {
        var pending = Enumerable.Range(0, 100).Aggregate(PendingPatches.None, (waiting, i) => waiting.With(new JsonObject { ["n"] = i, ["o"] = new JsonObject { ["p"] = i } }, 0));

        Assert.Equal(1, pending.Count);
        Assert.Equal("""{"n":99,"o":{"p":99}}""", pending.First!.ToJsonString());
    }

    [Fact]
    public void Patch_ThatIsOnItsWay_StaysAsItIs()
    {
        var pending = PendingPatches.None.With(new JsonObject { ["n"] = 1 }, 0).With(new JsonObject { ["n"] = 2 }, 1);

        Assert.Equal("""{"n":1}""", pending.First!.ToJsonString());
        Assert.Equal("""{"n":2}""", pending.WithoutFirst().First!.ToJsonString());
    }

    private static JsonObject Parse(string text) => JsonNode.Parse(text)!.AsObject();

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string> Members(Gen<string> values) => Gen.Select(Pick("a", "b", "c"), values, static (name, value) => (name, value)).List[0, 3]
        .Select(static list => $"{{{string.Join(',', list.DistinctBy(member => member.name).Select(member => $"\"{member.name}\":{member.value}"))}}}");
}
