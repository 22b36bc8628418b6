using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>The files and the contract that turn a frame into predictions in the field.</summary>
/// <param name="Descriptor">The contract's descriptor.</param>
/// <param name="Backbone">The backbone's ONNX file.</param>
/// <param name="Heads">One head a task.</param>
public sealed record BundlePath(FeatureDescriptor Descriptor, string Backbone, IReadOnlyList<BundlePathHead> Heads)
{
    /// <summary>The path through a bundle.</summary>
    /// <param name="bundle">The bundle.</param>
    public static BundlePath Of(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new BundlePath(
            bundle.Descriptor,
            bundle.BackbonePath,
            [.. bundle.Manifest.Tasks.Select(task => new BundlePathHead(task.Name, task.Classes.Length, bundle.PathOf(task.Head)))]);
    }
}
