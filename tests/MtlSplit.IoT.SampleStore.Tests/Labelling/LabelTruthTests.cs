using CsCheck;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.Contracts.Topics;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Labelling;

public sealed class LabelTruthTests : IDisposable
{
    private static readonly string[] Sources = ["alice", "bob", "vendor"];

    private readonly LabelledStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Conflicts_AreListedWithWhoSaysWhatAndWhichClassCounts()
    {
        _store.Import(_store.Csv("a.csv", (1, "1", 60), (1, "2", 61), (2, "3", 60), (3, "1", 60)), "alice");
        _store.Import(_store.Csv("b.csv", (1, "3", 30), (2, "3", 99)), "bob");
        using var reader = SampleReader.Open(_store.Path);

        var open = Assert.Single(reader.Conflicts(new ConflictFilter()));
        var settled = Assert.Single(reader.Conflicts(new ConflictFilter { Task = Messages.Task, Fleet = Messages.Fleet, Sources = ["nobody", "bob"] }));

        Assert.Equal((Messages.Fleet, "v1", LabelledStore.Frame(1), Messages.Task), (open.Fleet, open.Vehicle, open.Frame, open.Task));
        Assert.Equal([("alice", "2", 61.0), ("bob", "3", 30.0)], open.Said.Select(s => (s.Source, s.Class, (s.LabelledAt - DateTimeOffset.UnixEpoch.AddMicroseconds(Messages.Captured)).TotalSeconds)));
        Assert.Equal((null, "3"), (open.Used, settled.Used));
        Assert.Empty(reader.Conflicts(new ConflictFilter { Task = "mood" }));
        Assert.Equal(1, Assert.Single(reader.Statistics().Tasks).Conflicts);
        Assert.Equal(["1 ?", "2 3", "3 1"], _store.Truth());
    }

    [Fact]
    public void ContradictedFrames_AreLeftOutOfSamplesUntilSourcesAgreeOrOneGoesFirst()
    {
        _store.Import(_store.Csv("a.csv", (1, "1", 60), (2, "3", 60)), "alice");
        _store.Import(_store.Csv("b.csv", (1, "2", 60)), "bob");
        var filter = new SampleFilter(Messages.Contract, Messages.Task);

        Assert.Equal("2 3; 1 contradicted", Labelled(filter));
        Assert.Equal("1 2, 2 3; 0 contradicted", Labelled(filter with { Sources = ["bob"] }));
        Assert.Equal("1 1, 2 3; 0 contradicted", Labelled(filter with { Sources = ["alice", "bob"] }));

        _store.Import(_store.Csv("b2.csv", (1, "1", 61)), "bob");
        Assert.Equal("1 1, 2 3; 0 contradicted", Labelled(filter));
    }

    [Fact]
    public void Truth_WhateverTheOrderRepeatsAndPlaceOfLabels_IsThatOfTheRule() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[1, 3], Gen.Int[1, 5]).Array[1, 25],
            Gen.Int[0, 1000],
            Gen.Int[0, 3])
        .Sample(
            (said, seed, compactions) =>
            {
                using var store = new LabelledStore();

                // A class for each source, frame and time, so that no two writers tie.
                var labels = said.DistinctBy(s => (s.Item1, s.Item2, s.Item4)).Select(s => (Frame: s.Item1, Source: Sources[s.Item2], Class: $"{s.Item3}", After: s.Item4)).ToArray();
                var random = new Random(seed);
                var delivered = labels.Concat(labels.Where(_ => random.Next(2) == 0)).ToArray();
                random.Shuffle(delivered);
                foreach (var part in delivered.Chunk(Math.Max(1, delivered.Length / 3)))
                {
                    if (random.Next(2) == 0)
                    {
                        store.Write([.. part.Select(Record)]);
                    }
                    else
                    {
                        foreach (var source in part.GroupBy(l => l.Source))
                        {
                            store.Import(store.Csv("part.csv", [.. source.Select(l => (l.Frame, l.Class, (int?)l.After))]), source.Key);
                        }
                    }

                    if (compactions-- > 0)
                    {
                        store.Compact();
                    }
                }

                Assert.Equal(labels.Select(l => $"{l.Frame} {l.Class} {l.Source} {l.After}").Order(StringComparer.Ordinal), store.Labels());
                Assert.Equal(Rule(labels).Order(StringComparer.Ordinal), store.Truth());
            },
            iter: 20,
            threads: 1);

    /// <summary>The rule in plain code.</summary>
    private static IEnumerable<string> Rule(IEnumerable<(int Frame, string Source, string Class, int After)> labels) =>
        from label in labels
        group label by label.Frame into frame
        let last = frame.GroupBy(l => l.Source).Select(s => s.MaxBy(l => l.After).Class).Distinct().ToList()
        select $"{frame.Key} {(last.Count == 1 ? last[0] : "?")}";

    private static LogRecord Record((int Frame, string Source, string Class, int After) label) => new(
        LogRecordKind.Label, Messages.Captured, DataTopics.Label(Messages.Fleet, Messages.Vehicle, Messages.Task),
        Messages.Label((ulong)label.Frame, label.Class, Messages.Captured + (label.After * 1_000_000L), label.Source));

    private string Labelled(SampleFilter filter)
    {
        using var reader = SampleReader.Open(_store.Path);
        var set = reader.Samples(filter, TestContext.Current.CancellationToken);
        return $"{string.Join(", ", set.Samples.Select(s => $"{s.Frame.Number} {s.Label}"))}; {set.Contradicted} contradicted";
    }
}
