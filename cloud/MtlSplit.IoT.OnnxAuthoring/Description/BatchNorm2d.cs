namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>
/// Batch normalisation over channels. Parameters <c>weight</c> and <c>bias</c>, buffers <c>running_mean</c> and
/// <c>running_var</c>, each [Channels].
/// </summary>
/// <param name="Channels">Channels in and out.</param>
/// <param name="Epsilon">Added to the variance before its root; torchvision's MobileNetV3 uses 0.001.</param>
/// <param name="Momentum">Share of a batch's statistics in the running ones while training.</param>
public sealed record BatchNorm2d(int Channels, double Epsilon = 1e-5, double Momentum = 0.1) : Layer;
