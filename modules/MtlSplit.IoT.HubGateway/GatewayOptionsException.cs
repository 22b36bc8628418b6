namespace MtlSplit.IoT.HubGateway;

/// <summary>An option of the gateway is wrong; the gateway does not start.</summary>
/// <param name="option">The option's name.</param>
/// <param name="complaint">What is wrong with it.</param>
public sealed class GatewayOptionsException(string option, string complaint) : Exception($"Gateway option {option} {complaint}.")
{
    /// <summary>The option's name.</summary>
    public string Option { get; } = option;
}
