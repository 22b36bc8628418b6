using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2d = MtlSplit.IoT.OnnxAuthoring.Description.Conv2d;
using BatchNorm2d = MtlSplit.IoT.OnnxAuthoring.Description.BatchNorm2d;
using Dropout = MtlSplit.IoT.OnnxAuthoring.Description.Dropout;
using Flatten = MtlSplit.IoT.OnnxAuthoring.Description.Flatten;
using Linear = MtlSplit.IoT.OnnxAuthoring.Description.Linear;
using Sequential = MtlSplit.IoT.OnnxAuthoring.Description.Sequential;

namespace MtlSplit.IoT.Training.Networks;

/// <summary>
/// A described network with tensors to train: parameters and buffers under their full names, and the computation compiled
/// from the description once. Not thread-safe. Disposing frees the tensors.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly SortedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<Parameter> _parameters = [];
    private readonly Func<Tensor, Tensor> _forward;

    /// <summary>Builds the network with fresh weights, drawn from the engine's random state.</summary>
    /// <param name="root">The description.</param>
    /// <exception cref="UnsupportedLayerException">A layer is of a kind that cannot be trained here.</exception>
    public TorchNetwork(Layer root)
    {
        TorchRuntime.EnsureLoaded();
        Root = root;
        _forward = Compile(root, "");
    }

    /// <summary>The description.</summary>
    public Layer Root { get; }

    /// <summary>Whether dropout and batch statistics act as in training.</summary>
    public bool Training { get; set; }

    /// <summary>Whether norms keep their statistics in training too: neither batches nor momentum change what they subtract and divide by.</summary>
    public bool FixedNorms { get; set; }

    /// <summary>What an optimiser changes, in the order of the layers.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Computes the network's output; what it creates belongs to the caller's dispose scope.</summary>
    public Tensor Forward(Tensor input) => _forward(input);

    /// <summary>Copies every tensor out.</summary>
    public NetworkWeights Save()
    {
        var weights = new NetworkWeights();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in _tensors)
        {
            weights.Add(name, Array.ConvertAll(tensor.shape, side => checked((int)side)), tensor.detach().contiguous().data<float>().ToArray());
        }

        return weights;
    }

    /// <summary>Copies every tensor in.</summary>
    /// <exception cref="WeightsException">A tensor is missing, has another shape, is not finite, or is not the network's.</exception>
    public void Load(NetworkWeights weights)
    {
        weights.RequireExactly(Root);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, tensor) in _tensors)
        {
            weights.TryGet(name, out var source);
            tensor.copy_(torch.tensor(source!.Data.ToArray(), tensor.shape));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private Func<Tensor, Tensor> Compile(Layer layer, string path) => layer switch
    {
        Conv2d conv => CompileConvolution(conv, path),
        BatchNorm2d norm => CompileNorm(norm, path),
        Linear linear => CompileLinear(linear, path),
        SqueezeExcite excite => CompileExcite(excite, path),
        Activation activation => CompileActivation(activation, path),
        Dropout dropout => input => functional.dropout(input, dropout.Rate, Training, inplace: false),
        Flatten => input => input.flatten(1),
        Sequential sequence => CompileSequence(sequence, path),
        Residual residual => CompileResidual(residual, path),
        _ => throw new UnsupportedLayerException(path, layer, "it cannot be trained"),
    };

    private Func<Tensor, Tensor> CompileSequence(Sequential sequence, string path)
    {
        var steps = sequence.Children.Select(child => Compile(child.Layer, LayerPath.Join(path, child.Name))).ToArray();
        return input => steps.Aggregate(input, (value, step) => step(value));
    }

    private Func<Tensor, Tensor> CompileResidual(Residual residual, string path)
    {
        var body = Compile(residual.Body, LayerPath.Join(path, residual.BodyName));
        return input => input + body(input);
    }

    private Func<Tensor, Tensor> CompileConvolution(Conv2d conv, string path)
    {
        var weight = Add(path, "weight", empty([conv.Out, conv.In / conv.Groups, conv.Kernel, conv.Kernel]));
        // torchvision's choice for MobileNetV3.
        init.kaiming_normal_(weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        var bias = conv.Bias ? Add(path, "bias", zeros([conv.Out])) : null;
        long[] strides = [conv.Stride, conv.Stride];
        long[] padding = [conv.Padding, conv.Padding];
        return input => functional.conv2d(input, weight, bias, strides, padding, groups: conv.Groups);
    }

    private Func<Tensor, Tensor> CompileNorm(BatchNorm2d norm, string path)
    {
        var weight = Add(path, "weight", ones([norm.Channels]));
        var bias = Add(path, "bias", zeros([norm.Channels]));
        var mean = AddBuffer(path, "running_mean", zeros([norm.Channels]));
        var variance = AddBuffer(path, "running_var", ones([norm.Channels]));
        return input => functional.batch_norm(input, mean, variance, weight, bias, Training && !FixedNorms, norm.Momentum, norm.Epsilon);
    }

    private Func<Tensor, Tensor> CompileLinear(Linear linear, string path)
    {
        // PyTorch's default: uniform within 1/sqrt(inputs), weights and bias alike.
        var bound = 1 / Math.Sqrt(linear.In);
        var weight = Add(path, "weight", empty([linear.Out, linear.In]));
        init.uniform_(weight, -bound, bound);
        Parameter? bias = null;
        if (linear.Bias)
        {
            bias = Add(path, "bias", empty([linear.Out]));
            init.uniform_(bias, -bound, bound);
        }

        return input => functional.linear(input, weight, bias);
    }

    private Func<Tensor, Tensor> CompileExcite(SqueezeExcite excite, string path)
    {
        var first = Compile(excite.Fc1, LayerPath.Join(path, "fc1"));
        var second = Compile(excite.Fc2, LayerPath.Join(path, "fc2"));
        return input =>
        {
            var squeezed = functional.relu(first(input.mean([2, 3], keepdim: true)));
            return functional.hardsigmoid(second(squeezed), inplace: false) * input;
        };
    }

    private static Func<Tensor, Tensor> CompileActivation(Activation activation, string path) => activation.Kind switch
    {
        ActivationKind.ReLU => input => functional.relu(input),
        ActivationKind.HardSigmoid => input => functional.hardsigmoid(input, inplace: false),
        ActivationKind.HardSwish => input => functional.hardswish(input, inplace: false),
        _ => throw new UnsupportedLayerException(path, activation, $"{activation.Kind} cannot be trained"),
    };

    private Parameter Add(string path, string name, Tensor values)
    {
        var parameter = new Parameter(values, requires_grad: true);
        // Parameters outlive every dispose scope they may be built in.
        parameter.DetachFromDisposeScope();
        _tensors.Add(LayerPath.Join(path, name), parameter);
        _parameters.Add(parameter);
        return parameter;
    }

    private Tensor AddBuffer(string path, string name, Tensor values)
    {
        values.DetachFromDisposeScope();
        _tensors.Add(LayerPath.Join(path, name), values);
        return values;
    }
}
