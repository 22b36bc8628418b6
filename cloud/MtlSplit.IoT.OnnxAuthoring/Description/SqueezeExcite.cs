namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>
/// Squeeze and excitation, as torchvision's: x · HardSigmoid(fc2(ReLU(fc1(mean of x over the image)))). <c>fc1</c> and
/// <c>fc2</c> are 1 by 1 convolutions with a bias.
/// </summary>
/// <param name="Channels">Channels in and out.</param>
/// <param name="Squeezed">Channels between <c>fc1</c> and <c>fc2</c>.</param>
public sealed record SqueezeExcite(int Channels, int Squeezed) : Layer
{
    /// <summary>The child named <c>fc1</c>.</summary>
    public Conv2d Fc1 => new(Channels, Squeezed, 1);

    /// <summary>The child named <c>fc2</c>.</summary>
    public Conv2d Fc2 => new(Squeezed, Channels, 1);
}
