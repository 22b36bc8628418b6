using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Tests.Loading;

/// <summary>Small noisy images with a bright square: which corner it is in and whether it is reddish are the two tasks.</summary>
internal static class SyntheticImages
{
    public const string Corner = "corner";
    public const string Tint = "tint";

    public static ImageSet Make(int count, int seed, int side = 16)
    {
        var random = new Random(seed);
        var set = new ImageSet(count, side, side, [new TaskSpec(Corner, ["nw", "ne", "sw", "se"]), new TaskSpec(Tint, ["plain", "red"])]);
        for (var i = 0; i < count; i++)
        {
            var image = set.Image(i);
            random.NextBytes(image);
            foreach (ref var value in image)
            {
                value = (byte)(value / 4);
            }

            var (corner, red) = (random.Next(4), random.Next(2));
            (set.Labels(0)[i], set.Labels(1)[i]) = (corner, red);
            var (top, left) = (corner / 2 * (side / 2), corner % 2 * (side / 2));
            for (var y = top; y < top + (side / 2); y++)
            {
                for (var x = left; x < left + (side / 2); x++)
                {
                    var pixel = image.Slice(((y * side) + x) * 3, 3);
                    pixel[0] += 150;
                    pixel[1] += (byte)(red == 1 ? 20 : 150);
                    pixel[2] += (byte)(red == 1 ? 20 : 150);
                }
            }
        }

        return set;
    }
}
