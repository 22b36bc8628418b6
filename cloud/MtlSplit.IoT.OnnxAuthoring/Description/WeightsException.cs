namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>A network's weights do not fit its description.</summary>
/// <param name="tensor">The tensor's full name.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class WeightsException(string tensor, string reason) : Exception($"Tensor '{tensor}' {reason}.")
{
    /// <summary>The tensor's full name.</summary>
    public string Tensor { get; } = tensor;
}
