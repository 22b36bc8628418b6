namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>The network of one task, from a feature to one logit per class.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="FeatureShape">The feature's shape [C, h, w] without the batch.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Body">
/// The layers after the feature was flattened to [N, C·h·w]; the flattening itself is not among them, so that their names
/// start at <c>0</c>.
/// </param>
public sealed record HeadNetwork(string Task, IReadOnlyList<int> FeatureShape, int Classes, Layer Body)
{
    /// <summary>The paper's head: Linear(C·h·w, hidden), Dropout, ReLU, Linear(hidden, classes).</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="featureShape">The feature's shape [C, h, w].</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="hidden">Width of the hidden layer.</param>
    /// <param name="dropout">Share of hidden values dropped while training.</param>
    public static HeadNetwork OfPaper(string task, IReadOnlyList<int> featureShape, int classes, int hidden = 256, double dropout = 0.1)
    {
        var length = featureShape.Aggregate(1, (product, side) => checked(product * side));
        return new HeadNetwork(task, featureShape, classes, Sequential.Of(
            new Linear(length, hidden),
            new Dropout(dropout),
            new Activation(ActivationKind.ReLU),
            new Linear(hidden, classes)));
    }
}
