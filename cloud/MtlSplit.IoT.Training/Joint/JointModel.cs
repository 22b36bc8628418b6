using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>A shared network and one head a task, as tensors. Not thread-safe.</summary>
internal sealed class JointModel : IDisposable
{
    private readonly TorchNetwork _body;
    private readonly TorchNetwork[] _heads;

    /// <summary>Builds the networks with fresh weights, drawn from the engine's random state.</summary>
    public JointModel(BackboneNetwork backbone, IReadOnlyList<TaskSpec> tasks)
    {
        (Backbone, Tasks) = (backbone, tasks);
        _body = new TorchNetwork(backbone.Body);
        var shape = backbone.FeatureShape();
        _heads = [.. tasks.Select(task => new TorchNetwork(HeadNetwork.OfPaper(task.Name, shape, task.Classes.Count).Body))];
    }

    /// <summary>Builds the networks with a trained model's weights.</summary>
    public JointModel(TrainedModel model)
        : this(model.Backbone, [.. model.Heads.Select(head => head.Task)]) => Load(model);

    public BackboneNetwork Backbone { get; }

    public IReadOnlyList<TaskSpec> Tasks { get; }

    public IEnumerable<Parameter> Parameters => _body.Parameters.Concat(_heads.SelectMany(head => head.Parameters));

    public bool Training
    {
        set
        {
            _body.Training = value;
            foreach (var head in _heads)
            {
                head.Training = value;
            }
        }
    }

    /// <summary>Whether the shared network's norms keep their statistics.</summary>
    public bool FixedNorms
    {
        set => _body.FixedNorms = value;
    }

    /// <summary>The feature [N, C, h, w] of images [N, 3, H, W].</summary>
    public Tensor Feature(Tensor images) => _body.Forward(images);

    /// <summary>One task's logits [N, classes] from features.</summary>
    public Tensor Logits(int task, Tensor feature) => _heads[task].Forward(feature.flatten(1));

    public TrainedModel Save()
    {
        var shape = Backbone.FeatureShape();
        return new TrainedModel(Backbone, _body.Save(), [.. Tasks.Select((task, i) => new TrainedHead(task, shape, _heads[i].Save()))]);
    }

    public void Load(TrainedModel model)
    {
        _body.Load(model.BackboneWeights);
        for (var i = 0; i < _heads.Length; i++)
        {
            _heads[i].Load(model.Heads[i].Weights);
        }
    }

    public void Dispose()
    {
        _body.Dispose();
        foreach (var head in _heads)
        {
            head.Dispose();
        }
    }
}
