using System.Runtime.InteropServices;
using Google.Protobuf;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Format;
using MtlSplit.IoT.OnnxAuthoring.Graphs;

namespace MtlSplit.IoT.OnnxAuthoring.Reading;

/// <summary>The tensors of a file that was written here.</summary>
internal static class OnnxTensors
{
    /// <summary>Reads them, under their names in the file.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">What to call them in errors.</param>
    /// <param name="kind">What the file must say that it holds.</param>
    /// <param name="properties">What else the file says of itself.</param>
    /// <exception cref="OnnxReadException">The bytes are broken, or not of this kind.</exception>
    public static NetworkWeights Read(ReadOnlySpan<byte> file, string source, string kind, out IReadOnlyDictionary<string, string> properties)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new OnnxReadException(source, "it is not an ONNX file", exception);
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in model.MetadataProps)
        {
            found.TryAdd(property.Key, property.Value);
        }

        if (model.Graph is null || found.GetValueOrDefault(GraphMetadata.KindKey) != kind)
        {
            throw new OnnxReadException(source, $"it is not a {kind} written by MtlSplit.IoT: the property {GraphMetadata.KindKey} = {kind} is missing");
        }

        var weights = new NetworkWeights();
        foreach (var tensor in model.Graph.Initializer)
        {
            Add(weights, tensor, source);
        }

        properties = found;
        return weights;
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="OnnxReadException">It is missing or cannot be read.</exception>
    public static byte[] BytesOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OnnxReadException(path, exception.Message, exception);
        }
    }

    private static void Add(NetworkWeights weights, TensorProto tensor, string source)
    {
        if (tensor.DataType != (int)TensorProto.Types.DataType.Float || tensor.DataLocation != TensorProto.Types.DataLocation.Default)
        {
            throw new OnnxReadException(source, $"tensor '{tensor.Name}' does not hold float32 values inside the file");
        }

        float[] data = tensor.RawData.IsEmpty ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        try
        {
            weights.Add(tensor.Name, [.. tensor.Dims.Select(side => checked((int)side))], data);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new OnnxReadException(source, $"tensor '{tensor.Name}' is broken: {exception.Message}", exception);
        }
    }
}
