using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.Contracts.Canonical;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Registering;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Registering;

/// <summary>Equal documents have equal bytes, whatever happens to be in them.</summary>
public sealed class CanonicalFormTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 12], Gen.OneOf(Gen.Const("ä"), Gen.Const("\"\\\n\t"), Gen.Const("😀"), Gen.Const("a\u2028b")));

    private static readonly Gen<HeadManifest> Manifests =
        from classes in Text.Array[1, 4]
        from number in Gen.Int[1, int.MaxValue]
        from at in Gen.Long[0, 1L << 52]
        from parent in Text
        from metrics in Gen.Select(Text, Gen.Double[-1e12, 1e12]).Array[0, 4]
        from lineage in Gen.Select(Text, Text).Array[0, 4]
        select new HeadManifest
        {
            Task = "size",
            Classes = classes,
            Contract = new string('a', 64),
            Number = number,
            Sha256 = new string('b', 64),
            CreatedAt = at,
            Parent = parent,
            Metrics = new(metrics.DistinctBy(m => m.Item1).ToDictionary(m => m.Item1, m => m.Item2), StringComparer.Ordinal),
            Lineage = new(lineage.DistinctBy(l => l.Item1).ToDictionary(l => l.Item1, l => l.Item2), StringComparer.Ordinal),
        };

    [Fact]
    public void Heads_ReadBack_HaveTheBytesTheyHad() => Manifests.Sample(manifest =>
    {
        var bytes = manifest.ToCanonicalJson();
        Assert.Equal(bytes, HeadManifest.Parse(bytes).ToCanonicalJson());
        Assert.Equal(bytes, CanonicalJson.Canonicalise(bytes));
    });

    [Fact]
    public void Heads_WrittenInAnotherOrderAndWithSpaces_AreTheSameHead() => Gen.Select(Manifests, Gen.Int[0, 1000]).Sample((manifest, seed) =>
    {
        var bytes = manifest.ToCanonicalJson();
        var members = JsonNode.Parse(bytes)!.AsObject().ToArray();
        new Random(seed).Shuffle(members);
        var shuffled = new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        var text = Encoding.UTF8.GetBytes(shuffled.ToJsonString(new() { WriteIndented = true }));

        Assert.Equal(bytes, HeadManifest.Parse(text).ToCanonicalJson());
    });

    [Fact]
    public void Runs_ReadBack_HaveTheBytesTheyHad() => Gen.Select(Text, Gen.ULong, Gen.Long[0, 1L << 52], Gen.Int[0, int.MaxValue]).Sample((text, seed, at, samples) =>
    {
        var run = new RunManifest
        {
            Fleet = "north", Contract = new string('a', 64), Task = "size", At = at, Parent = text, Snapshot = text, TrainingSamples = samples, HeldOutSamples = samples,
            Decision = text, Reason = text, Report = text, Challenger = seed % 2 == 0 ? null : text, Code = text, Seed = $"{seed}",
        };
        var bytes = run.ToCanonicalJson();
        Assert.Equal(run, RunManifest.Parse(bytes));
        Assert.Equal(bytes, RunManifest.Parse(bytes).ToCanonicalJson());
    });

    [Fact]
    public void Pointers_ReadBack_AndNothingElseReadsAsOne() => Gen.Select(Gen.Int[1, int.MaxValue], Gen.Int[0, 70], Gen.Byte).Sample((sequence, at, other) =>
    {
        var pointer = new AliasPointer(sequence, new string('0', 63) + 'f');
        var bytes = pointer.ToBytes();
        Assert.True(AliasPointer.TryParse(bytes, out var read));
        Assert.Equal(pointer, read);

        // Any other byte anywhere: no pointer, or another one; never this one.
        at %= bytes.Length;
        var same = bytes[at] == other;
        bytes[at] = other;
        Assert.True(same || !AliasPointer.TryParse(bytes, out var changed) || changed != pointer);
    });
}
