using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Networks;
using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>Heads in use, as they are: what they make of new features is a loss, and nothing changes them. Not thread-safe.</summary>
internal sealed class FrozenHeads : IDisposable
{
    private readonly (int Task, TorchNetwork Network)[] _heads;

    /// <summary>Builds the heads whose tasks are trained.</summary>
    /// <exception cref="ArgumentException">A head has other classes than its task.</exception>
    public FrozenHeads(IReadOnlyList<TrainedHead> heads, IReadOnlyList<TaskSpec> tasks)
    {
        List<(int, TorchNetwork)> built = [];
        for (var task = 0; task < tasks.Count; task++)
        {
            if (heads.FirstOrDefault(head => head.Task.Name == tasks[task].Name) is not { } head)
            {
                continue;
            }

            if (!head.Task.Classes.SequenceEqual(tasks[task].Classes, StringComparer.Ordinal))
            {
                throw new ArgumentException($"The head in use of {head.Task.Name} has the classes {string.Join(", ", head.Task.Classes)}, the data {string.Join(", ", tasks[task].Classes)}.", nameof(heads));
            }

            var network = new TorchNetwork(head.Network.Body);
            network.Load(head.Weights);
            foreach (var parameter in network.Parameters)
            {
                parameter.requires_grad = false;
            }

            built.Add((task, network));
        }

        _heads = [.. built];
    }

    /// <summary>The mean cross-entropy of the heads on features [N, C, h, w]; differentiable through the features. Null: there are no heads.</summary>
    public Tensor? Loss(Tensor feature, IReadOnlyList<Tensor> labels)
    {
        Tensor? total = null;
        foreach (var (task, network) in _heads)
        {
            var loss = nn.functional.cross_entropy(network.Forward(feature.flatten(1)), labels[task]);
            total = total is null ? loss : total + loss;
        }

        return total is null ? null : total / _heads.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, network) in _heads)
        {
            network.Dispose();
        }
    }
}
