using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Identities;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;

/// <summary>Connects modules to an IoT Hub. Thread-safe.</summary>
internal sealed class HubUpstream(HubAddress hub, TimeProvider time, ILogger logger) : IUpstream
{
    /// <inheritdoc/>
    public IModuleClient Connect(ModuleIdentity module) => ModuleClient.FromConnectionString(
        hub.ConnectionStringOf(module),
        new ModuleClientOptions
        {
            Port = hub.MqttPort,
            AuthoritiesPem = hub.AuthoritiesPem,
            ServerName = hub.HostName,
            ProductInfo = "mtlsplit-edge",
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxRetryDelay = TimeSpan.FromSeconds(10),
            TwinTimeout = TimeSpan.FromSeconds(20),
            TwinAttemptTimeout = TimeSpan.FromSeconds(10),
        },
        time,
        logger);
}
