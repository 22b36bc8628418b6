namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>What a model answered for every image of a set.</summary>
/// <param name="Classes">The predicted classes: one array a task, one entry an image.</param>
/// <param name="MeanLoss">Mean cross-entropy of each task.</param>
public sealed record Predictions(int[][] Classes, double[] MeanLoss)
{
    /// <summary>Share of a task's predictions that equal the truth.</summary>
    /// <param name="task">The task's position.</param>
    /// <param name="truth">The true class of every image.</param>
    public double Accuracy(int task, ReadOnlySpan<int> truth)
    {
        var right = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            right += Classes[task][i] == truth[i] ? 1 : 0;
        }

        return (double)right / truth.Length;
    }
}
