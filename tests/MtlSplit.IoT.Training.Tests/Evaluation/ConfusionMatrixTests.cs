using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Loading;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Evaluation;

public sealed class ConfusionMatrixTests
{
    // True cat, dog, bird in rows: cat 3 right, 1 as dog; dog 2 right, 1 as cat, 1 as bird; bird 1 right, 1 as dog.
    private static readonly int[] Truth = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2];
    private static readonly int[] Predicted = [0, 0, 0, 1, 1, 1, 0, 2, 2, 1];

    [Fact]
    public void Matrix_CountsTrueClassesInRowsAndPredictedOnesInColumns()
    {
        var matrix = new ConfusionMatrix(3, Truth, Predicted);

        long[][] expected = [[3, 1, 0], [1, 2, 1], [0, 1, 1]];
        Assert.Equal(expected, matrix.Rows());
        Assert.Equal(10, matrix.Count);
        Assert.Equal(1, matrix[1, 2]);
    }

    [Fact]
    public void Score_IsWhatIsWorkedOutByHand()
    {
        var score = TaskScore.Of(new TaskSpec("animal", ["cat", "dog", "bird"]), Truth, Predicted);

        // 6 of 10 right. F1: cat 6/8, dog 4/8, bird 2/4.
        Assert.Equal(0.6, score.Accuracy.Value, 12);
        Assert.Equal((0.75 + 0.5 + 0.5) / 3, score.MacroF1.Value, 12);
        Assert.Equal(Interval.OfShare(6, 10), score.Accuracy);
        Assert.InRange(score.MacroF1.Value, score.MacroF1.Low, score.MacroF1.High);
        Assert.Equal(10, score.Count);
    }

    [Fact]
    public void MacroF1_LeavesOutClassesThatNeitherOccurNorArePredicted()
    {
        // Class 1 is only predicted: its F1 is 0. Class 2 is neither: it does not count.
        var f1 = new ConfusionMatrix(3, [0, 0], [0, 1]).MacroF1();

        Assert.Equal(((2.0 / 3) + 0) / 2, f1.Value, 12);
    }

    [Fact]
    public void MacroF1_OfAFaultlessModel_IsOne_AndAsMuchInDoubtAsItsAccuracy() =>
        Assert.Equal(Interval.OfShare(4, 4), new ConfusionMatrix(4, [0, 1, 2, 3], [0, 1, 2, 3]).MacroF1());

    [Fact]
    public void MacroF1_OfTwoEvenClasses_HasAboutTheIntervalOfAccuracy()
    {
        // With equal classes and equal mistakes macro-F1 is all but accuracy, whose interval is known: 1,000 samples, 90 % right.
        int[] truth = [.. Enumerable.Range(0, 1000).Select(i => i % 2)];
        int[] predicted = [.. truth.Select((label, i) => i % 20 < 2 ? 1 - label : label)];
        var matrix = new ConfusionMatrix(2, truth, predicted);

        var (f1, accuracy) = (matrix.MacroF1(), matrix.Accuracy());

        Assert.Equal(0.9, f1.Value, 12);
        Assert.InRange((f1.High - f1.Low) / (accuracy.High - accuracy.Low), 0.8, 1.2);
        Assert.Equal(f1, matrix.MacroF1());
        Assert.NotEqual(f1, matrix.MacroF1(seed: 2));
    }

    [Fact]
    public void Interval_OfMacroF1_HoldsTheTruthAbout95TimesIn100()
    {
        // 300 samples of a model that is right with chance 0.85, 200 times over.
        var random = new Random(7);
        var held = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var truth = Enumerable.Range(0, 300).Select(i => i % 2).ToArray();
            var predicted = truth.Select(label => random.NextDouble() < 0.85 ? label : 1 - label).ToArray();
            var f1 = new ConfusionMatrix(2, truth, predicted).MacroF1(trial);
            held += f1.Low <= 0.85 && 0.85 <= f1.High ? 1 : 0;
        }

        // 190 expected; five standard deviations below are 175.
        Assert.InRange(held, 175, 200);
    }

    [Theory]
    [InlineData(new[] { 0, 3 }, new[] { 0, 0 }, "Sample 1 is of class 3")]
    [InlineData(new[] { 0 }, new[] { 0, 0 }, "1 true classes and 2 predicted ones")]
    [InlineData(new int[0], new int[0], "0 true classes")]
    public void Matrix_OfNonsense_IsRefused(int[] truth, int[] predicted, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new ConfusionMatrix(3, truth, predicted)).Message);
}
