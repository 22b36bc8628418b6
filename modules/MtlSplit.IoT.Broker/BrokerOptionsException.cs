namespace MtlSplit.IoT.Broker;

/// <summary>An option of the broker is wrong; the broker does not start.</summary>
/// <param name="option">The option's name.</param>
/// <param name="complaint">What is wrong with it.</param>
public sealed class BrokerOptionsException(string option, string complaint) : Exception($"Broker option {option} {complaint}.")
{
    /// <summary>The option's name.</summary>
    public string Option { get; } = option;
}
