using MtlSplit.IoT.Training.Loading;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Loading;

public sealed class ImageSetTests
{
    [Fact]
    public void Images_AcrossBlocks_DoNotOverlap()
    {
        var set = new ImageSet(2500, 2, 3, [new TaskSpec("a", ["x", "y"])]);
        for (var i = 0; i < set.Count; i++)
        {
            set.Image(i).Fill((byte)(i % 251));
        }

        for (var i = 0; i < set.Count; i++)
        {
            Assert.Equal(18, set.Image(i).Length);
            Assert.Equal(-1, set.Image(i).IndexOfAnyExcept((byte)(i % 251)));
        }
    }

    [Fact]
    public void Image_OutsideTheSet_IsRefused()
    {
        var set = SyntheticImages.Make(3, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(-1).Length);
    }

    [Fact]
    public void TaskIndex_OfAnUnknownTask_ListsTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentException>(() => SyntheticImages.Make(1, 1).TaskIndex("colour"));
        Assert.Contains("corner, tint", error.Message);
    }

    [Fact]
    public void Digest_FollowsPixelsAndLabels()
    {
        var (set, same) = (SyntheticImages.Make(5, 1), SyntheticImages.Make(5, 1));
        Assert.Equal(set.Digest(), same.Digest());

        same.Image(4)[7] ^= 1;
        Assert.NotEqual(set.Digest(), same.Digest());

        same.Image(4)[7] ^= 1;
        same.Labels(1)[0] ^= 1;
        Assert.NotEqual(set.Digest(), same.Digest());
    }

    [Fact]
    public void ChannelPermutation_OfEveryOrder_KeepsValuesOfAPixelTogether()
    {
        var seen = new HashSet<string>();
        for (var order = 0; order < ChannelPermutation.Count; order++)
        {
            byte[] pixels = [1, 2, 3, 11, 12, 13];
            ChannelPermutation.Apply(pixels, order);
            Assert.Equal<byte>([1, 2, 3], [.. pixels[..3].Order()]);
            Assert.Equal(pixels[..3].Select(value => (byte)(value + 10)), pixels[3..]);
            seen.Add(string.Join(' ', pixels));
        }

        Assert.Equal(6, seen.Count);
    }
}
