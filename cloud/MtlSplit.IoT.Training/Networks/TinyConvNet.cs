using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.Training.Networks;

/// <summary>Three strided convolutions, 32 channels at 1/8 of the frame's size: for first steps and quick tests, not for accuracy.</summary>
public static class TinyConvNet
{
    /// <summary>The network's name.</summary>
    public const string Name = "tiny-conv";

    /// <summary>Describes the network for one size of frame.</summary>
    /// <param name="height">The frame's height, in pixels.</param>
    /// <param name="width">The frame's width, in pixels.</param>
    public static BackboneNetwork Describe(int height, int width) => new(Name, height, width, Sequential.Named("features", Sequential.Of(
        Stage(3, 8),
        Stage(8, 16),
        Stage(16, 32))));

    private static Sequential Stage(int channelsIn, int channelsOut) => Sequential.Of(
        new Conv2d(channelsIn, channelsOut, Kernel: 3, Stride: 2, Padding: 1, Bias: false),
        new BatchNorm2d(channelsOut),
        new Activation(ActivationKind.ReLU));
}
