using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.Training.Weights;

/// <summary>
/// Named tensors and a few strings in one file, in the safetensors format (an 8-byte length, a JSON header, the data), which other
/// tools read too. Only F32 and U8 are used here.
/// </summary>
/// <remarks>Not thread-safe while it is filled.</remarks>
public sealed class TensorFile
{
    private const int MaxHeader = 16 << 20;
    private const string MetadataName = "__metadata__";

    /// <summary>Strings that go with the tensors.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The tensors, by name.</summary>
    public SortedDictionary<string, StoredTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFileException">It is missing, cut short, or not such a file.</exception>
    public static TensorFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TensorFileException(path, $"cannot be read: {e.Message.TrimEnd('.')}", e);
        }

        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var length && (length > MaxHeader || length > (ulong)(bytes.Length - 8)))
        {
            throw new TensorFileException(path, "is cut short or is not a safetensors file");
        }

        var data = bytes.AsMemory(8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        try
        {
            using var header = JsonDocument.Parse(bytes.AsMemory(8, bytes.Length - 8 - data.Length));
            return Parse(path, header.RootElement, data);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw new TensorFileException(path, $"has a header that does not read: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>Writes the file whole: a reader sees the old one or the new one, also after a crash.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    public void Write(string path)
    {
        var header = Header();
        // Data starts at a multiple of eight.
        var padded = (header.Length + 7) / 8 * 8;
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                Span<byte> length = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
                stream.Write(length);
                stream.Write(header);
                stream.Write("       "u8[..(padded - header.Length)]);
                foreach (var tensor in Tensors.Values)
                {
                    stream.Write(tensor.Bytes.Span);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Adds every tensor of a network, its name behind a prefix.</summary>
    /// <param name="prefix">Goes before each name.</param>
    /// <param name="weights">The network's tensors.</param>
    public void Add(string prefix, NetworkWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (var name in weights.Names)
        {
            weights.TryGet(name, out var tensor);
            Tensors.Add(prefix + name, new StoredTensor(TensorElement.F32, tensor!.Shape, MemoryMarshal.AsBytes(tensor.Data.Span).ToArray()));
        }
    }

    /// <summary>The float tensors whose names start with a prefix, without it.</summary>
    /// <param name="prefix">What the names start with.</param>
    public NetworkWeights Weights(string prefix)
    {
        var weights = new NetworkWeights();
        foreach (var (name, tensor) in Tensors)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && tensor.Element == TensorElement.F32)
            {
                weights.Add(name[prefix.Length..], tensor.Shape, MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray());
            }
        }

        return weights;
    }

    private static TensorFile Parse(string path, JsonElement header, ReadOnlyMemory<byte> data)
    {
        var file = new TensorFile();
        foreach (var entry in header.EnumerateObject())
        {
            if (entry.Name == MetadataName)
            {
                foreach (var item in entry.Value.EnumerateObject())
                {
                    file.Metadata[item.Name] = item.Value.GetString() ?? "";
                }

                continue;
            }

            var element = entry.Value.GetProperty("dtype").GetString() switch
            {
                "F32" => TensorElement.F32,
                "U8" => TensorElement.U8,
                var other => throw new TensorFileException(path, $"tensor '{entry.Name}' has type {other}, not F32 or U8"),
            };
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())];
            var offsets = entry.Value.GetProperty("data_offsets");
            var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            var size = shape.Aggregate(element == TensorElement.F32 ? 4L : 1L, (product, side) => checked(product * side));
            if (from < 0 || to > data.Length || to - from != size)
            {
                throw new TensorFileException(path, $"is cut short at tensor '{entry.Name}' or gives it a wrong size");
            }

            file.Tensors[entry.Name] = new StoredTensor(element, shape, data.Slice((int)from, (int)size));
        }

        return file;
    }

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, value) in Metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var (name, tensor) in Tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Element.ToString());
                json.WriteStartArray("shape");
                foreach (var side in tensor.Shape)
                {
                    json.WriteNumberValue(side);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
