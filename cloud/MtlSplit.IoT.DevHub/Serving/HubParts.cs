using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Connecting;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Serving.Calls;
using MtlSplit.IoT.DevHub.Throttling;

namespace MtlSplit.IoT.DevHub.Serving;

/// <summary>What the REST interface works on.</summary>
/// <param name="Registry">Devices, twins, configurations.</param>
/// <param name="Access">Who may call.</param>
/// <param name="Clients">Who is connected.</param>
/// <param name="Events">What arrived.</param>
/// <param name="Throttle">Its limits.</param>
internal sealed record HubParts(HubRegistry Registry, RequestAccess Access, HubClients Clients, EventTail Events, HubThrottle Throttle)
{
    /// <summary>The archives of bundles that it serves; null: none.</summary>
    public BundleCalls? Bundles { get; init; }
}
