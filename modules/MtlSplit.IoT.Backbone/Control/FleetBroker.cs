using MtlSplit.IoT.Contracts.Twins;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>
/// The way to the fleet's broker that a twin names: over TLS with the module's identity certificate, which renews itself. What the twin does not
/// say, such as windows and time limits, comes from the settings.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="certificates">The module's certificate; null where there is no workload API to give it, and the settings' own counts.</param>
internal sealed class FleetBroker(BusSettings settings, IdentityCertificateSource? certificates)
{
    /// <summary>The connection's options.</summary>
    /// <param name="broker">The broker; null: the one of the settings.</param>
    /// <param name="clientId">The client's name, where the settings give none.</param>
    /// <param name="will">What the broker says when the client is gone.</param>
    public BusOptions ToOptions(BrokerTarget? broker, string clientId, BusMessage will)
    {
        var options = settings.ToOptions(clientId, will);
        if (broker is null)
        {
            return options;
        }

        options = options with { Host = broker.Host, Port = broker.Port };
        return !broker.Tls ? options with { Tls = null }
            : certificates is null ? options with { Tls = options.Tls ?? new BusTlsOptions() }
            : options with { Tls = new BusTlsOptions(), Credentials = certificates.FetchAsync };
    }
}
