using System.Globalization;
using System.Text;
using MtlSplit.IoT.Training.Pictures;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>
/// A folder of PNG files named by their sample's position, in whose order they sort, and <c>labels.csv</c> with the class of every task in the same order.
/// </summary>
public static class ImageFolder
{
    /// <summary>The file of labels; written last, so that a folder that has it is whole.</summary>
    public const string LabelsFile = "labels.csv";

    // Bounds what is in memory.
    private const int Block = 1024;

    /// <summary>Writes samples.</summary>
    /// <param name="data">Where they come from.</param>
    /// <param name="samples">Their positions.</param>
    /// <param name="folder">Made if need be; must be empty.</param>
    /// <param name="threads">How many threads work.</param>
    /// <param name="cancellation">Stops between images; what was written stays.</param>
    /// <exception cref="DataSetException">The folder is not empty, or the data does not read.</exception>
    public static void Write(IDataSet data, IReadOnlyList<int> samples, string folder, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(samples);
        Directory.CreateDirectory(folder);
        if (Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new DataSetException($"{folder} is not empty; images are exported to a new folder.");
        }

        var csv = new StringBuilder();
        csv.Append("file,sample").AppendJoin("", data.Tasks.Select(task => $",{task.Name}")).Append('\n');
        foreach (var block in samples.Order().Chunk(Block))
        {
            var images = data.Read(block, threads, cancellation);
            Parallel.For(0, block.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
            {
                using var image = RgbImage.Create(images.Image(i), images.Width, images.Height);
                image.WritePng(Path.Combine(folder, FileName(block[i])));
            });
            for (var i = 0; i < block.Length; i++)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{FileName(block[i])},{block[i]}")
                    .AppendJoin("", data.Tasks.Select((task, t) => $",{task.Classes[images.Labels(t)[i]]}"))
                    .Append('\n');
            }
        }

        File.WriteAllText(Path.Combine(folder, LabelsFile), csv.ToString(), new UTF8Encoding(false));
    }

    private static string FileName(int sample) => string.Create(CultureInfo.InvariantCulture, $"{sample:D6}.png");
}
