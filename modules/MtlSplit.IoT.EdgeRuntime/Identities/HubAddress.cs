using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeRuntime.Identities;

/// <summary>The hub in the cloud and the device's own key to it. Immutable.</summary>
/// <param name="HostName">The hub's name, which tokens are made for.</param>
/// <param name="Dial">What to dial: the name, or an address in its place.</param>
/// <param name="MqttPort">The port of MQTT over TLS.</param>
/// <param name="HttpsPort">The port of the REST interface.</param>
/// <param name="Device">The device.</param>
/// <param name="DeviceKey">The device's key.</param>
/// <param name="AuthoritiesPem">Authorities to trust; null: the machine's own.</param>
internal sealed record HubAddress(string HostName, string Dial, int MqttPort, int HttpsPort, HubIdentity Device, byte[] DeviceKey, string? AuthoritiesPem)
{
    /// <summary>The connection string of one of the device's modules.</summary>
    public string ConnectionStringOf(ModuleIdentity module) => new HubConnectionString
    {
        HostName = HostName,
        DeviceId = Device.DeviceId,
        ModuleId = module.ModuleId,
        SharedAccessKey = Convert.ToBase64String(module.Key),
        GatewayHostName = Dial == HostName ? null : Dial,
    }.ToString();

    /// <summary>Never its key.</summary>
    public override string ToString() => $"{Device} at {HostName}";
}
