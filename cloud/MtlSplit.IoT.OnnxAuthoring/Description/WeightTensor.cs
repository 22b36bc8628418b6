namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>One tensor of a network's weights.</summary>
public sealed class WeightTensor
{
    /// <summary>Wraps data without copying it; nobody may change it afterwards.</summary>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="data">The values, last axis fastest; as many as the shape says.</param>
    /// <exception cref="ArgumentException">The shape and the number of values differ.</exception>
    public WeightTensor(int[] shape, ReadOnlyMemory<float> data)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var length = shape.Aggregate(1L, (product, side) => checked(product * side));
        if (shape.Any(side => side < 0) || length != data.Length)
        {
            throw new ArgumentException($"The shape [{string.Join(", ", shape)}] does not hold {data.Length} values.", nameof(data));
        }

        Shape = shape;
        Data = data;
    }

    /// <summary>The shape.</summary>
    public int[] Shape { get; }

    /// <summary>The values, last axis fastest.</summary>
    public ReadOnlyMemory<float> Data { get; }
}
