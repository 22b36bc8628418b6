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
    // Microsoft's service SDKs hang up when the times that they asked for are over; an answer must be there before.
    private static readonly TimeSpan Head = TimeSpan.FromMilliseconds(250);

    private readonly HubRegistry _registry;
    private readonly TimeProvider _time;
    private volatile Gateway? _gateway;

    /// <summary>Begins to listen to the registry.</summary>
    public HubClients(HubRegistry registry, TimeProvider time)
    {
        _registry = registry;
        _time = time;
        registry.Committed += Tell;
    }

    /// <summary>Where clients connect, once it is there.</summary>
    public void Use(Gateway gateway) => _gateway = gateway;

    /// <summary>Calls a method of a device or module.</summary>
    /// <exception cref="HubException">It is not connected, does not listen, or does not answer in time.</exception>
    public async Task<MethodResult> InvokeMethodAsync(HubIdentity id, MethodRequest request, CancellationToken ct)
    {
        if (_gateway is not { } gateway)
        {
            throw new HubException(HubErrors.DeviceNotOnline, $"{id.ClientId} is not connected.");
        }

        using var patience = new CancellationTokenSource(request.ConnectTimeout + request.ResponseTimeout - Head, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await gateway.InvokeMethodAsync(id, request, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new HubException(HubErrors.GatewayTimeout, $"{id.ClientId} did not answer method '{request.Name}' in time.");
        }
    }

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
                if (_registry.State.Find(notice.Id) is null)
                {
                    // Who comes under this name next is somebody else.
                    gateway.Forget(notice.Id);
                }
            }
            else if (notice.DesiredPatch is { } patch)
            {
                gateway.NotifyDesired(notice.Id, patch);
            }
        }
    }
}
