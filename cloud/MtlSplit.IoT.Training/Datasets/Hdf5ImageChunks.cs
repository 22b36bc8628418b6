using MtlSplit.IoT.Training.Loading;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>
/// Copies images out of an HDF5 data set of bytes, N x height x width x channels, unpacking chunk after chunk. Chunks may cut images
/// into pieces. One thread at a time.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="name">The data set's name.</param>
/// <param name="chunk">The chunks' four sides, or blocks to read by where it is not chunked.</param>
internal sealed class Hdf5ImageChunks(string path, string name, int[] chunk) : IDisposable
{
    private readonly NativeFile _file = H5File.OpenRead(path);
    private readonly LastChunk _last = new();
    private byte[] _block = [];

    /// <summary>Copies images that lie in one row of chunks.</summary>
    /// <param name="set">Where they go.</param>
    /// <param name="row">Which row: an image's position over the chunks' first side.</param>
    /// <param name="wanted">Positions in the file and in the set.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public void CopyTo(ImageSet set, int row, (int Sample, int Target)[] wanted, CancellationToken cancellation)
    {
        var images = (NativeDataset)_file.Get(name);
        var first = row * chunk[0];
        var (height, width, channels) = (set.Height, set.Width, 3);
        for (var y = 0; y < height; y += chunk[1])
        {
            for (var x = 0; x < width; x += chunk[2])
            {
                for (var c = 0; c < channels; c += chunk[3])
                {
                    cancellation.ThrowIfCancellationRequested();
                    var pixels = Unpack(images, [first, y, x, c]);
                    var (rows, columns, depth) = (Math.Min(chunk[1], height - y), Math.Min(chunk[2], width - x), Math.Min(chunk[3], channels - c));
                    foreach (var (sample, target) in wanted)
                    {
                        var tile = pixels.Slice((sample - first) * chunk[1] * chunk[2] * chunk[3], chunk[1] * chunk[2] * chunk[3]);
                        var image = set.Image(target)[((((y * width) + x) * channels) + c)..];
                        Copy(tile, image, rows, columns, depth, width * channels, channels);
                    }
                }
            }
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The bytes of the chunk that starts there, those beyond the data set's edges included.</summary>
    private ReadOnlySpan<byte> Unpack(NativeDataset images, int[] start)
    {
        var from = Array.ConvertAll(start, at => (ulong)at);
        if (images.Layout.Class == H5DataLayoutClass.Chunked)
        {
            // The reader's own way through a chunk takes a step for every row of it, which in thin chunks is every byte; asking for
            // one byte and keeping the chunk it came from is ten times as fast and more.
            Span<byte> one = stackalloc byte[1];
            images.Read<byte>(new H5DatasetAccess(ChunkCache: _last), one, new HyperslabSelection(4, from, [1, 1, 1, 1]));
            return _last.Bytes.Span;
        }

        var dimensions = images.Space.Dimensions;
        var size = Array.ConvertAll(chunk, side => (ulong)side);
        size[0] = Math.Min(size[0], dimensions[0] - from[0]);
        _block = _block.Length > 0 ? _block : new byte[chunk.Aggregate(1, (product, side) => product * side)];
        images.Read<byte>(default, _block.AsSpan(0, (int)size.Aggregate(1UL, (product, side) => product * side)), new HyperslabSelection(4, from, size));
        return _block;
    }

    private void Copy(ReadOnlySpan<byte> tile, Span<byte> image, int rows, int columns, int depth, int stride, int channels)
    {
        for (var y = 0; y < rows; y++)
        {
            var from = tile[(y * chunk[2] * chunk[3])..];
            var to = image[(y * stride)..];
            if (depth == channels && chunk[3] == channels)
            {
                from[..(columns * channels)].CopyTo(to);
                continue;
            }

            for (var x = 0; x < columns; x++)
            {
                from.Slice(x * chunk[3], depth).CopyTo(to[(x * channels)..]);
            }
        }
    }

    private sealed class LastChunk : IReadingChunkCache
    {
        public Memory<byte> Bytes { get; private set; }

        public Memory<byte> GetChunk(ulong chunkIndex, Func<Memory<byte>> chunkReader) => Bytes = chunkReader();
    }
}
