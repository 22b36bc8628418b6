using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>One task's head with its weights.</summary>
/// <param name="Task">The task.</param>
/// <param name="FeatureShape">The feature's shape [C, h, w].</param>
/// <param name="Weights">Tensors 0.weight, 0.bias, 3.weight and 3.bias.</param>
public sealed record TrainedHead(TaskSpec Task, IReadOnlyList<int> FeatureShape, NetworkWeights Weights)
{
    /// <summary>The head's description.</summary>
    public HeadNetwork Network => HeadNetwork.OfPaper(Task.Name, FeatureShape, Task.Classes.Count);
}
