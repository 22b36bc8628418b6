using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Queries;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Labelling;

public sealed class LabelRankingTests : IDisposable
{
    private static readonly QueueFilter All = new() { Task = Messages.Task, PerBlock = 100 };

    private readonly LabelledStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Frames_AreRankedByTheMeanOfThePartsThatTheyShow()
    {
        // Class 0 three times, class 1 once; frame 2 is a close call, frame 3 divides the heads.
        Predict(1, 0, [0.9f, 0.1f, 0f]);
        Predict(2, 0, [0.45f, 0.35f, 0.2f]);
        Predict(3, 0, [0.9f, 0.1f, 0f], "h2-bbbbbbbbbbbb", inferredAt: Messages.Captured + 9);
        Predict(3, 2, [0.1f, 0.1f, 0.8f]);
        Predict(4, 1, [0f, 1f, 0f]);

        var queue = Rank(All);

        Assert.Equal(["3", "2", "4", "1"], queue.Select(q => Number(q)));
        Assert.Equal(["0.200 1.000 0.000", "0.900 0.000 0.000", "0.000 0.000 0.667", "0.200 0.000 0.000"], queue.Select(Parts));
        Assert.All(queue, q => Assert.Equal((q.Margin + q.Disagreement + q.Rarity) / 3, q.Score, 6));
        Assert.Equal(("1", "h2-bbbbbbbbbbbb"), (queue[0].Predicted, queue[0].HeadVersion));
        Assert.Equal("2", queue[2].Predicted);
    }

    [Fact]
    public void Frames_WithALabelOrWithoutAFeature_AreNotQueued()
    {
        Predict(1, 0, [0.5f, 0.5f, 0f]);
        Predict(2, 0, [0.5f, 0.5f, 0f]);
        Predict(77, 0, [0.5f, 0.5f, 0f]);
        _store.Import(_store.Csv("labels.csv", (1, "2", null)));

        Assert.Equal("2", Number(Assert.Single(Rank(All))));
        Assert.Empty(Rank(All with { Fleet = "other" }));
        Assert.Empty(Rank(All with { CapturedSince = Messages.Captured + 3000 }));
    }

    [Fact]
    public void OneVehiclesBlockOfTime_FillsOnlyItsShare()
    {
        // Frames lie a millisecond apart: two blocks of five milliseconds.
        for (var i = 0; i < 10; i++)
        {
            Predict(i, 0, [0.5f + (i * 0.01f), 0.5f - (i * 0.01f), 0f]);
        }

        var perBlock = Rank(All with { PerBlock = 2, Block = TimeSpan.FromMilliseconds(5) });

        Assert.Equal(["0", "1", "5", "6"], perBlock.Select(Number));
        Assert.Equal(["0", "1", "2"], Rank(All with { Count = 3 }).Select(Number));
    }

    private void Predict(int number, int @class, float[] probabilities, string head = "h1-aaaaaaaaaaaa", long inferredAt = Messages.Captured + 5) =>
        _store.Write(Messages.Record(Messages.Prediction((ulong)number, @class, head, probabilities: probabilities, inferredAt: inferredAt)));

    private IReadOnlyList<QueuedFrame> Rank(QueueFilter filter)
    {
        using var reader = SampleReader.Open(_store.Path);
        return LabelRanking.Rank(reader, _ => _store.Heads, filter);
    }

    private static string Number(QueuedFrame frame) => $"{Convert.ToUInt64(frame.Frame[16..], 16)}";

    private static string Parts(QueuedFrame q) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{q.Margin:0.000} {q.Disagreement:0.000} {q.Rarity:0.000}");
}
