using System.Runtime.InteropServices;
using Google.Protobuf;
using MtlSplit.IoT.OnnxAuthoring.Format;

namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>
/// Collects the nodes of one graph in the order of execution. Every tensor has its shape written down, so that viewers show
/// it, with the symbolic batch axis <c>N</c>.
/// </summary>
internal sealed class GraphWriter(string name)
{
    /// <summary>The name of the batch axis.</summary>
    public const string BatchAxis = "N";

    /// <summary>The operator set the graphs are written in.</summary>
    public const int Opset = 17;

    private const int IrVersion = 8;
    private readonly GraphProto _graph = new() { Name = name };
    private readonly List<GraphValue> _values = [];

    /// <summary>Adds an input of the graph.</summary>
    public GraphValue Input(GraphValue value, string description)
    {
        _graph.Input.Add(Describe(value, description));
        return value;
    }

    /// <summary>Adds a constant tensor and returns its name.</summary>
    public string Constant(string constant, ReadOnlySpan<int> shape, ReadOnlySpan<float> data)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Weights are copied as they lie in memory, and ONNX wants them little-endian.");
        }

        var tensor = new TensorProto
        {
            Name = constant,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(data)),
        };
        foreach (var side in shape)
        {
            tensor.Dims.Add(side);
        }

        _graph.Initializer.Add(tensor);
        return constant;
    }

    /// <summary>Adds a node with one output, which is named as the node is.</summary>
    public GraphValue Node(string operation, GraphValue output, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = output.Name, OpType = operation };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        node.Output.Add(output.Name);
        _graph.Node.Add(node);
        _values.Add(output);
        return output;
    }

    /// <summary>Makes a tensor an output of the graph under a name of its own.</summary>
    public GraphValue Output(GraphValue value, string outputName, string description)
    {
        if (_values.All(known => known.Name != value.Name))
        {
            value = Node("Identity", value with { Name = outputName }, [value.Name]);
        }

        foreach (var node in _graph.Node)
        {
            Rename(node.Input, value.Name, outputName);
            Rename(node.Output, value.Name, outputName);
        }

        _values.RemoveAll(known => known.Name == value.Name);
        var renamed = value with { Name = outputName };
        _graph.Output.Add(Describe(renamed, description));
        return renamed;
    }

    /// <summary>The finished file: the same bytes for the same graph.</summary>
    public byte[] ToBytes(string description, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        _graph.ValueInfo.Add(_values.Select(value => Describe(value, "")));
        _graph.DocString = description;
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "MtlSplit.IoT",
            ProducerVersion = typeof(GraphWriter).Assembly.GetName().Version?.ToString(3) ?? "",
            DocString = description,
            Graph = _graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        model.MetadataProps.Add(metadata
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model.ToByteArray();
    }

    private static void Rename(Google.Protobuf.Collections.RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == from)
            {
                names[i] = to;
            }
        }
    }

    private static ValueInfoProto Describe(GraphValue value, string description)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = BatchAxis });
        shape.Dim.Add(value.Shape.Select(side => new TensorShapeProto.Types.Dimension { DimValue = side }));
        return new ValueInfoProto
        {
            Name = value.Name,
            DocString = description,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)value.Type, Shape = shape } },
        };
    }
}
