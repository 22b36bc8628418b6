using MtlSplit.IoT.Training.Disturbances;
using MtlSplit.IoT.Training.Tests.Loading;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Disturbances;

public sealed class DisturbedImagesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Copies_KeepLabels_LeaveTheirSourceAlone_AndDoNotDependOnThreads()
    {
        var images = SyntheticImages.Make(40, 1);
        var before = images.Digest();

        var one = DisturbedImages.Of(images, new SaltPepper(0.25), 7, 1, Stop);
        var many = DisturbedImages.Of(images, new SaltPepper(0.25), 7, 8, Stop);

        Assert.Equal(before, images.Digest());
        Assert.Equal(one.Digest(), many.Digest());
        Assert.NotEqual(one.Digest(), DisturbedImages.Of(images, new SaltPepper(0.25), 8, 1, Stop).Digest());
        Assert.All([0, 1], task => Assert.Equal(images.Labels(task), one.Labels(task)));
    }

    [Fact]
    public void Copies_OfTheSameImage_AreDisturbedDifferently()
    {
        var images = SyntheticImages.Make(2, 1);
        images.Image(0).CopyTo(images.Image(1));

        var disturbed = DisturbedImages.Of(images, new SaltPepper(0.25), 7, 1, Stop);

        Assert.False(disturbed.Image(0).SequenceEqual(disturbed.Image(1)));
    }

    [Fact]
    public void Augmentation_ChangesWithEpochAndSample_AndIsNothingUnlessAskedFor()
    {
        var augmentation = new Augmentation(5, shuffleChannels: false, [new SaltPepper(0.25), new Brightness(0.3)]);

        var seen = new HashSet<string>();
        foreach (var (epoch, sample) in new[] { (0, 0), (0, 1), (1, 0), (0, 0) })
        {
            byte[] image = [.. Enumerable.Repeat((byte)100, 300)];
            augmentation.Of(epoch)!(image, sample);
            seen.Add(Convert.ToHexString(image));
        }

        Assert.Equal(3, seen.Count);
        Assert.Null(new Augmentation(5, shuffleChannels: false, []).Of(0));
    }
}
