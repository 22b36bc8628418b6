using System.Text.Json;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Networks;
using MtlSplit.IoT.Training.Weights;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>A shared network and one head a task, with their weights. Only read once built; thread-safe.</summary>
/// <param name="Backbone">The shared network's description.</param>
/// <param name="BackboneWeights">Its weights.</param>
/// <param name="Heads">One head a task.</param>
public sealed record TrainedModel(BackboneNetwork Backbone, NetworkWeights BackboneWeights, IReadOnlyList<TrainedHead> Heads)
{
    private const string ModelKey = "mtlsplit.model";

    /// <summary>Writes the model to a safetensors file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    public void Save(string path)
    {
        var file = new TensorFile();
        Put(file, "");
        file.Write(path);
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFileException">The file cannot be read, or holds no whole model.</exception>
    public static TrainedModel Load(string path) => Get(TensorFile.Read(path), path, "");

    internal void Put(TensorFile file, string prefix)
    {
        var header = new ModelHeader(Backbone.Name, Backbone.InputHeight, Backbone.InputWidth, [.. Heads.Select(head => head.Task)]);
        file.Metadata[prefix + ModelKey] = JsonSerializer.Serialize(header, JointJson.Default.ModelHeader);
        file.Add(prefix, BackboneWeights);
        foreach (var head in Heads)
        {
            file.Add($"{prefix}heads.{head.Task.Name}.", head.Weights);
        }
    }

    internal static TrainedModel Get(TensorFile file, string path, string prefix)
    {
        if (!file.Metadata.TryGetValue(prefix + ModelKey, out var json))
        {
            throw new TensorFileException(path, "holds tensors but does not say of which model");
        }

        try
        {
            var header = JsonSerializer.Deserialize(json, JointJson.Default.ModelHeader) ?? throw new JsonException("the description is empty");
            var backbone = NetworkCatalog.Describe(header.Network, header.Height, header.Width);
            // The shared network's own names all start with its root's children, the heads' with "heads.".
            var backboneWeights = new NetworkWeights();
            var all = file.Weights(prefix);
            foreach (var parameter in LayerParameters.Of(backbone.Body))
            {
                backboneWeights.Add(parameter.Name, parameter.Shape, all.Require(parameter.Name, parameter.Shape).ToArray());
            }

            var heads = header.Tasks.Select(task =>
            {
                var head = new TrainedHead(task, backbone.FeatureShape(), file.Weights($"{prefix}heads.{task.Name}."));
                head.Weights.RequireExactly(head.Network.Body);
                return head;
            });
            return new TrainedModel(backbone, backboneWeights, [.. heads]);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or WeightsException or UnsupportedLayerException)
        {
            throw new TensorFileException(path, $"does not hold a whole model: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>What the file says about the model beside its tensors.</summary>
    /// <param name="Network">The shared network's name.</param>
    /// <param name="Height">The frame's height, in pixels.</param>
    /// <param name="Width">The frame's width, in pixels.</param>
    /// <param name="Tasks">The tasks.</param>
    internal sealed record ModelHeader(string Network, int Height, int Width, TaskSpec[] Tasks);
}
