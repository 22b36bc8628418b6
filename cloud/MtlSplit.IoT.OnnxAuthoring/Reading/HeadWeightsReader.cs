using System.Runtime.InteropServices;
using Google.Protobuf;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Format;
using MtlSplit.IoT.OnnxAuthoring.Graphs;

namespace MtlSplit.IoT.OnnxAuthoring.Reading;

/// <summary>Reads a head's weights back from the file that <see cref="HeadGraph"/> wrote, so that training can go on from them.</summary>
public static class HeadWeightsReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Every weight under its name in the description, such as <c>0.weight</c>.</returns>
    /// <exception cref="OnnxReadException">The file is missing, broken, or not a head written here.</exception>
    public static NetworkWeights Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OnnxReadException(path, exception.Message, exception);
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">What to call them in errors.</param>
    /// <returns>Every weight under its name in the description, such as <c>0.weight</c>.</returns>
    /// <exception cref="OnnxReadException">The bytes are broken, or not a head written here.</exception>
    public static NetworkWeights Read(ReadOnlySpan<byte> file, string source)
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

        if (model.Graph is null || model.MetadataProps.All(property => property is not { Key: HeadGraph.KindKey, Value: "head" }))
        {
            throw new OnnxReadException(source, $"it is not a head written by MtlSplit.IoT: the property {HeadGraph.KindKey} = head is missing");
        }

        var weights = new NetworkWeights();
        foreach (var tensor in model.Graph.Initializer)
        {
            Add(weights, tensor, source);
        }

        return weights;
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
