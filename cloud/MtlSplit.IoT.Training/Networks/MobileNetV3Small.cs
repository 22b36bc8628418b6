using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.Training.Networks;

/// <summary>
/// MobileNetV3-Small (Howard et al., 2019) up to its cut after the convolutions: 576 channels at 1/32 of the frame's size. Layers
/// and names are torchvision's, <c>features.0.0.weight</c> to <c>features.12.1.bias</c>: 927,008 trained parameters.
/// </summary>
public static class MobileNetV3Small
{
    /// <summary>The network's name.</summary>
    public const string Name = "mobilenetv3-small";

    private const double Epsilon = 0.001;
    private const double Momentum = 0.01;

    private static readonly Block[] Blocks =
    [
        new(16, 3, 16, 16, true, ActivationKind.ReLU, 2),
        new(16, 3, 72, 24, false, ActivationKind.ReLU, 2),
        new(24, 3, 88, 24, false, ActivationKind.ReLU, 1),
        new(24, 5, 96, 40, true, ActivationKind.HardSwish, 2),
        new(40, 5, 240, 40, true, ActivationKind.HardSwish, 1),
        new(40, 5, 240, 40, true, ActivationKind.HardSwish, 1),
        new(40, 5, 120, 48, true, ActivationKind.HardSwish, 1),
        new(48, 5, 144, 48, true, ActivationKind.HardSwish, 1),
        new(48, 5, 288, 96, true, ActivationKind.HardSwish, 2),
        new(96, 5, 576, 96, true, ActivationKind.HardSwish, 1),
        new(96, 5, 576, 96, true, ActivationKind.HardSwish, 1),
    ];

    /// <summary>Describes the network for one size of frame.</summary>
    /// <param name="height">The frame's height, in pixels.</param>
    /// <param name="width">The frame's width, in pixels.</param>
    public static BackboneNetwork Describe(int height, int width) => new(Name, height, width, Sequential.Named("features", Sequential.Of(
    [
        Convolution(3, 16, 3, 2, 1, ActivationKind.HardSwish),
        .. Blocks.Select(Inverted),
        Convolution(96, 576, 1, 1, 1, ActivationKind.HardSwish),
    ])));

    private static Layer Inverted(Block block)
    {
        var layers = new List<Layer>();
        if (block.Expanded != block.In)
        {
            layers.Add(Convolution(block.In, block.Expanded, 1, 1, 1, block.Activation));
        }

        layers.Add(Convolution(block.Expanded, block.Expanded, block.Kernel, block.Stride, block.Expanded, block.Activation));
        if (block.Excited)
        {
            layers.Add(new SqueezeExcite(block.Expanded, MultipleOfEight(block.Expanded / 4)));
        }

        layers.Add(Convolution(block.Expanded, block.Out, 1, 1, 1, null));
        var body = Sequential.Of(layers);
        return block.Stride == 1 && block.In == block.Out ? new Residual(body) : Sequential.Named("block", body);
    }

    private static Sequential Convolution(int channelsIn, int channelsOut, int kernel, int stride, int groups, ActivationKind? activation)
    {
        var conv = new Conv2d(channelsIn, channelsOut, kernel, stride, (kernel - 1) / 2, groups, Bias: false);
        var norm = new BatchNorm2d(channelsOut, Epsilon, Momentum);
        return activation is { } kind ? Sequential.Of(conv, norm, new Activation(kind)) : Sequential.Of(conv, norm);
    }

    // Rounds to the nearest multiple of eight, but never more than a tenth down.
    private static int MultipleOfEight(int channels)
    {
        var rounded = Math.Max(8, (channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }

    private sealed record Block(int In, int Kernel, int Expanded, int Out, bool Excited, ActivationKind Activation, int Stride);
}
