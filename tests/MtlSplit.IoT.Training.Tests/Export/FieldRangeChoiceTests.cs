using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Training.Export;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Export;

public sealed class FieldRangeChoiceTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(15)]
    public void ASoundBundle_IsInside_AndABrokenOneIsNot(int classes)
    {
        var random = new Random(classes);
        var (predicted, tops) = Answers(random, 2000, classes, 0.95);
        var ranges = FieldRangeChoice.Choose(predicted, tops, classes);

        for (var vehicle = 0; vehicle < 1000; vehicle++)
        {
            Assert.True(Inside(ranges, Repeated(Answers(random, FieldRanges.LeastScored / 4, classes, 0.95), 4)), "A sound bundle whose frames come four of a kind is taken back.");
            Assert.True(Inside(ranges, Answers(random, FieldRanges.LeastScored, classes, 0.85)), "A sound bundle in dimmer light is taken back.");
        }

        Assert.False(Inside(ranges, (new int[200], Enumerable.Repeat(0.999f, 200).ToArray())), "One answer to everything stays.");
        Assert.False(Inside(ranges, Answers(random, 200, classes, 1.2 / classes)), "Guessing stays.");
    }

    [Fact]
    public void AClassThatWasNeverSeen_MayBeRare()
    {
        var ranges = FieldRangeChoice.Choose(new int[1000], Enumerable.Repeat(1f, 1000).ToArray(), 3);

        Assert.Equal(0, ranges.ClassShares[2].Low);
        Assert.InRange(ranges.ClassShares[2].High, 0.01, 0.1);
        Assert.Equal(1, ranges.ClassShares[0].High);
    }

    private static (int[] Classes, float[] Tops) Answers(Random random, int count, int classes, double mean) => (
        [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))],
        [.. Enumerable.Range(0, count).Select(_ => (float)Math.Min(1, mean + ((random.NextDouble() - 0.5) * 0.1)))]);

    private static (int[] Classes, float[] Tops) Repeated((int[] Classes, float[] Tops) answers, int times) => (
        [.. answers.Classes.SelectMany(c => Enumerable.Repeat(c, times))], [.. answers.Tops.SelectMany(t => Enumerable.Repeat(t, times))]);

    private static bool Inside(FieldRanges ranges, (int[] Classes, float[] Tops) answers) =>
        ranges.TopProbability.Contains(answers.Tops.Average())
        && ranges.ClassShares.Index().All(share => share.Item.Contains(answers.Classes.Count(c => c == share.Index) / (double)answers.Classes.Length));
}
