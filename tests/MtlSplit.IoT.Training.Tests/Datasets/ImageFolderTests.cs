using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Pictures;
using SkiaSharp;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Datasets;

public sealed class ImageFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");
    private readonly RenderedShapes3D _data = new(Light.Standard);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Folder_HoldsEveryImageAsItIs_AndItsClassesInTheFilesOrder()
    {
        int[] samples = [300_007, 5, 479_999];

        ImageFolder.Write(_data, samples, _folder.FullName, 2, Stop);

        var rows = File.ReadAllLines(Path.Combine(_folder.FullName, "labels.csv"));
        Assert.Equal("file,sample,object_size,object_shape,floor_hue,wall_hue,object_hue,orientation", rows[0]);
        Assert.Equal(_folder.EnumerateFiles("*.png").Select(file => file.Name).Order(StringComparer.Ordinal), rows.Skip(1).Select(row => row.Split(',')[0]));
        Assert.Equal(samples.Order(), rows.Skip(1).Select(row => int.Parse(row.Split(',')[1])));
        foreach (var cells in rows.Skip(1).Select(row => row.Split(',')))
        {
            var scene = Shapes3DIndex.Of(int.Parse(cells[1]));
            Assert.Equal(Shapes3DTask.All.Select(task => task.Classes[task.LabelOf(scene)]), cells[2..]);
            Assert.Equal(Rendered(scene), Decoded(Path.Combine(_folder.FullName, cells[0])));
        }
    }

    [Fact]
    public void Folder_WithSomethingInIt_IsLeftAlone()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "mine.txt"), "mine");

        var error = Assert.Throws<DataSetException>(() => ImageFolder.Write(_data, [1], _folder.FullName, 1, Stop));

        Assert.Contains($"{_folder.FullName} is not empty", error.Message);
        Assert.Equal("mine.txt", Assert.Single(_folder.EnumerateFileSystemInfos()).Name);
    }

    [Fact]
    public void Sheet_ShowsEveryImageWhereItBelongs()
    {
        Assert.SkipUnless(SKFontManager.Default.FontFamilyCount > 0, "no font is installed (apt-get install fonts-dejavu-core)");
        var path = Path.Combine(_folder.FullName, "sheet.png");
        // Objects of the same hue as their room leave tiles of nearly one colour: red, then blue.
        int[] samples = [new Shapes3DIndex(0, 0, 0, 0, 0, 7).ToIndex(), new Shapes3DIndex(6, 6, 6, 0, 0, 7).ToIndex()];

        ContactSheet.Write(path, "title", "subtitle", _data.Read(samples, 1, Stop), [("one", "1"), ("two", "2")], 2);

        using var sheet = SKBitmap.Decode(path);
        // Two tiles of 128 logical pixels below a header of 96, drawn at twice the size; sampled near their lower corners.
        var (first, second) = (sheet.GetPixel(2 * (32 + 10), 2 * (96 + 115)), sheet.GetPixel(2 * (32 + 144 + 10), 2 * (96 + 115)));
        Assert.True(first.Red > 2 * first.Blue, $"the first tile is {first}");
        Assert.True(second.Blue > 2 * second.Red, $"the second tile is {second}");
        // Text leaves dark pixels in the header.
        Assert.Contains(Enumerable.Range(64, 200), x => Enumerable.Range(64, 60).Any(y => sheet.GetPixel(x, y).Red < 100));
    }

    private static byte[] Rendered(Shapes3DIndex scene)
    {
        var image = new byte[SceneRenderer.ImageLength];
        SceneRenderer.Render(scene, Light.Standard, image);
        return image;
    }

    private static byte[] Decoded(string path)
    {
        using var bitmap = SKBitmap.Decode(path);
        return [.. bitmap.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue })];
    }
}
