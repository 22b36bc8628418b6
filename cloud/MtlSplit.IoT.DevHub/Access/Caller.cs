using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Access;

/// <summary>Who asks the REST interface.</summary>
/// <param name="Policy">The policy whose key it has; null: a device or module asks for itself.</param>
/// <param name="Self">The device or module that asks for itself; null: a service.</param>
internal sealed record Caller(string? Policy, HubIdentity? Self);
