using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Loading;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>
/// A file in the layout of the original <c>3dshapes.h5</c>: <c>images</c>, bytes, N x 64 x 64 x 3, and <c>labels</c>, doubles,
/// N x 6. Labels are kept; images are read when asked for, chunk after chunk, never all at once.
/// </summary>
public sealed class Shapes3DFile : IDataSet
{
    private const string ImagesName = "images";
    private const string LabelsName = "labels";
    private const int Side = SceneRenderer.Size;
    private const int LabelRows = 8192;

    // What a file may make a worker hold.
    private const ulong MaxChunkBytes = 256 << 20;

    private readonly string _path;
    private readonly int[] _scenes;
    private readonly int[] _chunk;

    private Shapes3DFile(string path, int[] scenes, int[] chunk)
    {
        (_path, _scenes, _chunk) = (path, scenes, chunk);
        Split = new DataSplit(scenes.Length, i => Shapes3DSplit.IsTest(scenes[i]));
    }

    /// <inheritdoc/>
    public string Description => $"3D Shapes, {_path}";

    /// <inheritdoc/>
    public int Count => _scenes.Length;

    /// <inheritdoc/>
    public int Height => Side;

    /// <inheritdoc/>
    public int Width => Side;

    /// <inheritdoc/>
    public IReadOnlyList<TaskSpec> Tasks => Shapes3DFactors.Tasks;

    /// <inheritdoc/>
    public DataSplit Split { get; }

    /// <summary>Opens a file and reads its labels.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataSetException">It is not there, is no HDF5 file, is cut off, has another layout, or a label is unknown.</exception>
    public static Shapes3DFile Open(string path) => Reading(path, () =>
    {
        if (Hdf5Header.FaultOf(path) is { } fault)
        {
            throw new DataSetException($"{path} {fault}.");
        }

        using var file = H5File.OpenRead(path);
        var images = Find(file, path, ImagesName, H5DataTypeClass.FixedPoint, 1, "bytes", [Side, Side, 3]);
        var labels = Find(file, path, LabelsName, H5DataTypeClass.FloatingPoint, 8, "64-bit floating-point numbers", [Shapes3DFactors.Count]);
        if (images.Space.Dimensions[0] != labels.Space.Dimensions[0])
        {
            throw new DataSetException($"{path}: there are {images.Space.Dimensions[0]:N0} {ImagesName} but {labels.Space.Dimensions[0]:N0} {LabelsName}.");
        }

        return new Shapes3DFile(path, Scenes(labels, path), Chunk(images, path));
    });

    /// <inheritdoc/>
    public int LabelOf(int sample, int task) => Shapes3DTask.All[task].LabelOf(Shapes3DIndex.Of(_scenes[sample]));

    /// <inheritdoc/>
    public ImageSet Read(IReadOnlyList<int> samples, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var set = new ImageSet(samples.Count, Side, Side, Tasks);
        // Images of the same chunks together: every chunk is unpacked once, however the samples are scattered.
        var groups = Enumerable.Range(0, samples.Count).GroupBy(i => samples[i] / _chunk[0]).OrderBy(group => group.Key);
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        return Reading(_path, () =>
        {
            Parallel.ForEach(groups, options, () => new Hdf5ImageChunks(_path, ImagesName, _chunk), (group, _, reader) =>
            {
                reader.CopyTo(set, group.Key, [.. group.Select(i => (samples[i], i))], cancellation);
                foreach (var i in group)
                {
                    for (var task = 0; task < Tasks.Count; task++)
                    {
                        set.Labels(task)[i] = LabelOf(samples[i], task);
                    }
                }

                return reader;
            }, reader => reader.Dispose());
            return set;
        });
    }

    private static NativeDataset Find(NativeFile file, string path, string name, H5DataTypeClass type, int bytes, string typeName, int[] shape)
    {
        if (!file.LinkExists(name) || file.Get(name) is not NativeDataset found)
        {
            throw new DataSetException($"{path} has no data set '{name}'; it has {string.Join(", ", file.Children().Select(child => $"'{child.Name}'").DefaultIfEmpty("none"))}.");
        }

        if (found.Type.Class != type || found.Type.Size != bytes)
        {
            throw new DataSetException($"{path}: '{name}' holds {found.Type.Class} values of {found.Type.Size} bytes, not {typeName}.");
        }

        var dimensions = found.Space.Dimensions;
        if (dimensions.Length != shape.Length + 1 || !shape.Select(side => (ulong)side).SequenceEqual(dimensions.Skip(1)) || dimensions[0] is 0 or > int.MaxValue)
        {
            throw new DataSetException($"{path}: '{name}' is {string.Join(" x ", dimensions)}, not N x {string.Join(" x ", shape)}.");
        }

        return found;
    }

    private static int[] Chunk(NativeDataset images, string path)
    {
        var count = images.Space.Dimensions[0];
        ulong[] chunk = images.Layout.Class == H5DataLayoutClass.Chunked ? images.Layout.Chunks : [Math.Min(count, 256), Side, Side, 3];
        if (chunk.Aggregate(1UL, (product, side) => product * side) > MaxChunkBytes)
        {
            throw new DataSetException($"{path}: '{ImagesName}' is stored in chunks of {string.Join(" x ", chunk)} bytes; at most {MaxChunkBytes:N0} bytes are read at a time.");
        }

        return Array.ConvertAll(chunk, side => (int)side);
    }

    private static int[] Scenes(NativeDataset labels, string path)
    {
        var scenes = new int[labels.Space.Dimensions[0]];
        var rows = new double[LabelRows * Shapes3DFactors.Count];
        for (var from = 0; from < scenes.Length; from += LabelRows)
        {
            var count = Math.Min(LabelRows, scenes.Length - from);
            labels.Read<double>(default, rows.AsSpan(0, count * Shapes3DFactors.Count), new HyperslabSelection(2, [(ulong)from, 0], [(ulong)count, Shapes3DFactors.Count]));
            for (var i = 0; i < count; i++)
            {
                try
                {
                    scenes[from + i] = Shapes3DFactors.Parse(rows.AsSpan(i * Shapes3DFactors.Count, Shapes3DFactors.Count)).ToIndex();
                }
                catch (FormatException e)
                {
                    throw new DataSetException($"{path}: '{LabelsName}' row {from + i}: {e.Message}.", e);
                }
            }
        }

        return scenes;
    }

    /// <summary>The reader has no exception type of its own: what goes wrong inside it is told as the file's fault.</summary>
    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataSetException($"There is no file {path}.", e);
        }
        catch (Exception e) when (e is not (DataSetException or OperationCanceledException or OutOfMemoryException))
        {
            throw new DataSetException($"{path} does not read: {(e as AggregateException)?.InnerException?.Message ?? e.Message}", e);
        }
    }
}
