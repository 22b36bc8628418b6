using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.HubGateway;

/// <summary>What a client shows at the door. The client identifier and the user name agree already; nothing else is proved.</summary>
/// <param name="ClientId">The MQTT client identifier, <c>{device}</c> or <c>{device}/{module}</c>.</param>
/// <param name="Username">The user name, taken apart; its host is whatever the client calls the hub.</param>
/// <param name="Password">The password, as a rule a shared access signature; null where the client sent none.</param>
/// <param name="ClientCertificate">
/// The certificate that the client holds the key of; null where it showed none. Neither its chain nor its dates are checked: that is the
/// backend's part, by thumbprint or by authority. Good for the length of the call.
/// </param>
/// <param name="Remote">Where the client is, for the log.</param>
public sealed record ConnectRequest(string ClientId, MqttUsername Username, string? Password, X509Certificate2? ClientCertificate, string Remote);
