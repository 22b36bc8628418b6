using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Reading;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Networks;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>The networks of a bundle, so that training can go on from what vehicles run.</summary>
public static class BundleModel
{
    /// <summary>Reads shared network and heads from a bundle's ONNX files.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="tasks">The tasks whose heads are wanted, in this order.</param>
    /// <exception cref="OnnxReadException">A file was not written here, or is of another network.</exception>
    /// <exception cref="ArgumentException">The network is not known, or the bundle has no head of a task.</exception>
    public static TrainedModel Read(Bundle bundle, IReadOnlyList<string> tasks)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(tasks);
        var input = bundle.Descriptor.Input;
        var network = NetworkCatalog.Describe(bundle.Descriptor.Network, input.Height, input.Width);
        var shape = network.FeatureShape();
        return new TrainedModel(network, BackboneWeightsReader.Read(bundle.BackbonePath, network), [.. tasks.Select(Head)]);

        TrainedHead Head(string name)
        {
            var task = bundle.FindTask(name)
                ?? throw new ArgumentException($"{bundle.Folder} has no head of {name}; it has those of {string.Join(", ", bundle.Manifest.Tasks.Select(t => t.Name))}.", nameof(tasks));
            var path = bundle.PathOf(task.Head);
            var head = new TrainedHead(new TaskSpec(task.Name, task.Classes), shape, HeadWeightsReader.Read(path));
            try
            {
                head.Weights.RequireExactly(head.Network.Body);
            }
            catch (WeightsException e)
            {
                throw new OnnxReadException(path, e.Message.TrimEnd('.'), e);
            }

            return head;
        }
    }
}
