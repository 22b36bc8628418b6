using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Datasets;

/// <summary>Files that h5py wrote (Fixtures/make_fixtures.py), read by us.</summary>
public sealed class Shapes3DFileTests
{
    private const int Images = 103;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shapes.h5", Images)]
    [InlineData("contiguous.h5", 2)]
    public void Samples_AreWhatAnotherLibraryWrote(string name, int count)
    {
        var file = Shapes3DFile.Open(Fixture(name));
        Assert.Equal(count, file.Count);

        var set = file.Read([.. Enumerable.Range(0, count)], 2, Stop);

        for (var i = 0; i < count; i++)
        {
            AssertIsImage(i, set.Image(i));
            var scene = Shapes3DIndex.Of(4801 * i % Shapes3DIndex.Count);
            for (var task = 0; task < file.Tasks.Count; task++)
            {
                var expected = Shapes3DTask.Find(file.Tasks[task].Name)!.LabelOf(scene);
                Assert.Equal(expected, file.LabelOf(i, task));
                Assert.Equal(expected, set.Labels(task)[i]);
            }
        }
    }

    [Fact]
    public void Samples_ComeInTheOrderAskedFor_AndMoreThanOnce()
    {
        int[] asked = [102, 3, 64, 3, 0];

        var set = Shapes3DFile.Open(Fixture("shapes.h5")).Read(asked, 1, Stop);

        for (var i = 0; i < asked.Length; i++)
        {
            AssertIsImage(asked[i], set.Image(i));
        }
    }

    [Fact]
    public void Split_FollowsTheHuesInTheFile()
    {
        var file = Shapes3DFile.Open(Fixture("shapes.h5"));
        var test = Enumerable.Range(0, Images).Where(i => Shapes3DSplit.IsTest(4801 * i % Shapes3DIndex.Count)).ToArray();

        Assert.NotEmpty(test);
        Assert.Equal(test, file.Split.Test(1, file.Split.TestCount).Order());
        Assert.Equal(Images - test.Length, file.Split.LearningCount);
    }

    [Fact]
    public void Source_NamesEitherDataSet()
    {
        Assert.IsType<RenderedShapes3D>(DataSource.Open("rendered"));
        Assert.IsType<Shapes3DFile>(DataSource.Open(Fixture("shapes.h5")));
    }

    [Theory]
    [InlineData("no-labels.h5", "has no data set 'labels'; it has 'images', 'notes'")]
    [InlineData("float-images.h5", "'images' holds FloatingPoint values of 4 bytes, not bytes")]
    [InlineData("narrow-images.h5", "'images' is 2 x 64 x 32 x 3, not N x 64 x 64 x 3")]
    [InlineData("too-few-labels.h5", "there are 3 images but 2 labels")]
    [InlineData("unknown-label.h5", "'labels' row 2: scale 0.8 is none of 0.75, 0.8214,")]
    public void File_OfAnotherLayout_IsRefusedWithTheReason(string name, string reason)
    {
        var error = Assert.Throws<DataSetException>(() => Shapes3DFile.Open(Fixture(name)));

        Assert.Contains(reason, error.Message);
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void File_ThatIsNotThere_IsNamed() =>
        Assert.Equal("There is no file /no/such.h5.", Assert.Throws<DataSetException>(() => DataSource.Open("/no/such.h5")).Message);

    [Theory]
    [InlineData(0, "is not an HDF5 file")]
    [InlineData(40, "is cut off")]
    [InlineData(2048, "is cut off")]
    [InlineData(-1, "is cut off")]
    public void File_ThatIsCutOff_IsRefused(int length, string reason)
    {
        var whole = File.ReadAllBytes(Fixture("shapes.h5"));

        var error = OpenCopy(length < 0 ? whole[..^1] : whole[..length]);

        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void File_OfSomethingElse_IsRefused() =>
        Assert.Contains("is not an HDF5 file", OpenCopy([.. Enumerable.Repeat((byte)'x', 4096)]).Message);

    [Fact]
    public void File_WithADamagedChunk_IsRefusedWhenItIsRead()
    {
        var bytes = File.ReadAllBytes(Fixture("shapes.h5"));
        // A packed chunk starts with 0x78 0xDA at level 9; the first ones are images.
        var chunk = bytes.AsSpan().IndexOf<byte>([0x78, 0xDA]);
        bytes.AsSpan(chunk + 2, 200).Fill(0xFF);
        using var copy = new TemporaryFile(bytes);
        var file = Shapes3DFile.Open(copy.Path);

        var error = Assert.Throws<DataSetException>(() => file.Read([.. Enumerable.Range(0, file.Count)], 1, Stop));

        Assert.Contains($"{copy.Path} does not read", error.Message);
    }

    private static DataSetException OpenCopy(byte[] bytes)
    {
        using var copy = new TemporaryFile(bytes);
        return Assert.Throws<DataSetException>(() => Shapes3DFile.Open(copy.Path));
    }

    private static void AssertIsImage(int i, ReadOnlySpan<byte> image)
    {
        var expected = new byte[64 * 64 * 3];
        for (var at = 0; at < expected.Length; at++)
        {
            var (y, x, c) = (at / 192, at / 3 % 64, at % 3);
            expected[at] = (byte)((7 * i) + (3 * y) + (5 * x) + (11 * c));
        }

        Assert.Equal(expected, image);
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Datasets", "Fixtures", name);

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
