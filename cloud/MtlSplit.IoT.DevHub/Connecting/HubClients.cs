using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Methods;

namespace MtlSplit.IoT.DevHub.Connecting;

/// <summary>The clients that are connected: tells them what the registry changed, and calls their methods. Thread-safe.</summary>
internal sealed class HubClients : IDisposable
{
    private readonly HubRegistry _registry;
    private volatile Gateway? _gateway;

    /// <summary>Begins to listen to the registry.</summary>
    public HubClients(HubRegistry registry)
    {
        _registry = registry;
        registry.Committed += Tell;
    }

    /// <summary>Where clients connect, once it is there.</summary>
    public void Use(Gateway gateway) => _gateway = gateway;

    /// <summary>Calls a method of a device or module.</summary>
    /// <exception cref="HubException">It is not connected, does not listen, or does not answer in time.</exception>
    public ValueTask<MethodResult> InvokeMethodAsync(HubIdentity id, MethodRequest request, CancellationToken ct) =>
        _gateway is { } gateway ? gateway.InvokeMethodAsync(id, request, ct) : throw new HubException(HubErrors.DeviceNotOnline, $"{id.ClientId} is not connected.");

    /// <inheritdoc/>
    public void Dispose() => _registry.Committed -= Tell;

    private void Tell(IReadOnlyList<RegistryNotice> notices)
    {
        if (_gateway is not { } gateway)
        {
            return;
        }

        foreach (var notice in notices)
        {
            if (notice.CloseReason is { } reason)
            {
                gateway.Disconnect(notice.Id, reason);
            }
            else if (notice.DesiredPatch is { } patch)
            {
                gateway.NotifyDesired(notice.Id, patch);
            }
        }
    }
}
