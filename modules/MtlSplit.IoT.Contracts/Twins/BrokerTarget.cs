namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>The MQTT 5 broker of the fleet's data plane.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port; 8883 by default.</param>
/// <param name="Tls">Whether it speaks TLS, with the module's identity certificate as credential; true by default. Without it only loopback is accepted.</param>
public sealed record BrokerTarget(string Host, int Port = 8883, bool Tls = true)
{
    internal void Check(string path)
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            throw new BackboneTwinException($"{path}.host", $"'{Host}' is not the name or address of a host");
        }

        if (Port is < 1 or > 65535)
        {
            throw new BackboneTwinException($"{path}.port", $"{Port} is not a port, 1 to 65535");
        }

        if (!Tls && Host is not ("127.0.0.1" or "::1" or "localhost"))
        {
            throw new BackboneTwinException($"{path}.tls", $"features go to {Host} over TLS only; false is for loopback");
        }
    }
}
