using MtlSplit.IoT.OnnxAuthoring.Format;

namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>A tensor that flows through a graph.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its shape without the batch axis, which always comes first.</param>
/// <param name="Type">Its element type.</param>
internal readonly record struct GraphValue(string Name, int[] Shape, TensorProto.Types.DataType Type = TensorProto.Types.DataType.Float);
