namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>
/// A two-dimensional convolution with a square kernel, equal strides and equal padding with zeros. Parameters:
/// <c>weight</c> [Out, In / Groups, Kernel, Kernel] and, where <paramref name="Bias"/> is set, <c>bias</c> [Out].
/// </summary>
/// <param name="In">Channels that come in; a multiple of <paramref name="Groups"/>.</param>
/// <param name="Out">Channels that go out; a multiple of <paramref name="Groups"/>.</param>
/// <param name="Kernel">The kernel's side, in pixels.</param>
/// <param name="Stride">The step in both directions, in pixels.</param>
/// <param name="Padding">Zeros added on every side, in pixels.</param>
/// <param name="Groups">Groups of channels that do not mix; <paramref name="In"/> groups make it depth-wise.</param>
/// <param name="Bias">Whether a bias is added; needless before a batch norm.</param>
public sealed record Conv2d(int In, int Out, int Kernel, int Stride = 1, int Padding = 0, int Groups = 1, bool Bias = true) : Layer;
