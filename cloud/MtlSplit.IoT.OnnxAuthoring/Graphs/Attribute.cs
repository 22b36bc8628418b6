using MtlSplit.IoT.OnnxAuthoring.Format;
using static MtlSplit.IoT.OnnxAuthoring.Format.AttributeProto.Types;

namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>Attributes of a node.</summary>
internal static class Attribute
{
    public static AttributeProto Of(string name, int value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Of(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Of(string name, params ReadOnlySpan<int> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        foreach (var value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }
}
