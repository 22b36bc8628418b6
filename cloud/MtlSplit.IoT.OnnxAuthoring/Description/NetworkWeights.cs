using System.Diagnostics.CodeAnalysis;

namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>
/// The trained tensors of a network, by name. Filled once and then only read; filling is not thread-safe, reading is.
/// </summary>
public sealed class NetworkWeights
{
    private readonly SortedDictionary<string, WeightTensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Every name, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>How many numbers there are in all tensors together.</summary>
    public long ValueCount => _tensors.Values.Sum(tensor => (long)tensor.Data.Length);

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its full name, such as <c>features.0.0.weight</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="data">Its values, last axis fastest; not copied.</param>
    /// <exception cref="ArgumentException">The name is taken, or shape and data differ in size.</exception>
    public void Add(string name, int[] shape, ReadOnlyMemory<float> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_tensors.TryAdd(name, new WeightTensor(shape, data)))
        {
            throw new ArgumentException($"There already is a tensor named '{name}'.", nameof(name));
        }
    }

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="tensor">The tensor.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>The tensor of a name, which must have exactly this shape.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="shape">The shape it must have.</param>
    /// <exception cref="WeightsException">It is missing, has another shape, or holds a value that is not finite.</exception>
    public ReadOnlySpan<float> Require(string name, params ReadOnlySpan<int> shape)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            throw new WeightsException(name, "is missing");
        }

        if (!shape.SequenceEqual(tensor.Shape))
        {
            throw new WeightsException(name, $"has shape [{string.Join(", ", tensor.Shape)}], not [{string.Join(", ", shape.ToArray())}]");
        }

        foreach (var value in tensor.Data.Span)
        {
            if (!float.IsFinite(value))
            {
                throw new WeightsException(name, $"holds {value}, which is not finite");
            }
        }

        return tensor.Data.Span;
    }

    /// <summary>Checks that there is every tensor a network needs, of the right shape and finite, and no other.</summary>
    /// <param name="network">The network's root layer.</param>
    /// <exception cref="WeightsException">The first tensor that is missing, wrong, or not the network's.</exception>
    public void RequireExactly(Layer network)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var parameter in LayerParameters.Of(network))
        {
            Require(parameter.Name, parameter.Shape);
            needed.Add(parameter.Name);
        }

        foreach (var name in _tensors.Keys)
        {
            if (!needed.Contains(name))
            {
                throw new WeightsException(name, "belongs to no layer of this network");
            }
        }
    }
}
