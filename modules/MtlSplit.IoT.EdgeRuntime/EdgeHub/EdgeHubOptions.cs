using System.Net;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>Where edgeHub listens and what it keeps. Immutable.</summary>
/// <param name="Address">The address.</param>
/// <param name="MqttPort">The port of MQTT; 0: a free one.</param>
/// <param name="HttpsPort">The port of HTTPS; 0: a free one.</param>
/// <param name="HostName">The name by which modules dial it.</param>
/// <param name="HubHost">The hub's name, which tokens are made for.</param>
/// <param name="QueueBytes">Bytes of one queue on disk at most.</param>
internal sealed record EdgeHubOptions(IPAddress Address, int MqttPort, int HttpsPort, string HostName, string HubHost, long QueueBytes);
