namespace MtlSplit.IoT.Training.Loading;

/// <summary>
/// Shuffles an image's colour channels: hues turn by thirds of the circle or mirror, while shapes and shading stay. Teaches a network
/// that colours say nothing about what it is asked.
/// </summary>
public static class ChannelPermutation
{
    private static readonly byte[][] Orders = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]];

    /// <summary>How many orders there are; order 0 changes nothing.</summary>
    public static int Count => Orders.Length;

    /// <summary>Reorders every pixel in place.</summary>
    /// <param name="rgb">The image, three bytes a pixel.</param>
    /// <param name="order">Which order, 0 to <see cref="Count"/> - 1.</param>
    public static void Apply(Span<byte> rgb, int order)
    {
        if (order == 0)
        {
            return;
        }

        var (first, second, third) = (Orders[order][0], Orders[order][1], Orders[order][2]);
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            var (a, b, c) = (rgb[i + first], rgb[i + second], rgb[i + third]);
            (rgb[i], rgb[i + 1], rgb[i + 2]) = (a, b, c);
        }
    }
}
