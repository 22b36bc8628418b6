using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Connecting;

/// <summary>The module's MQTT connection, in the hub's words. Thread-safe.</summary>
/// <param name="bus">The connection.</param>
/// <param name="module">Who speaks.</param>
internal sealed class ModuleLink(IBusConnection bus, HubIdentity module)
{
    public HubIdentity Module => module;

    public IBusConnection Bus => bus;

    /// <summary>Waits until connected.</summary>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    public async Task OpenAsync(CancellationToken ct)
    {
        bus.Start();
        try
        {
            await bus.WhenConnectedAsync(ct);
        }
        catch (BusConnectException error)
        {
            throw new ModuleConnectException(error.Message, error);
        }
    }

    /// <summary>Publishes, and waits for the hub's acknowledgement at QoS 1, for the packet to leave at QoS 0.</summary>
    /// <exception cref="HubException">The message cannot be sent.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed before.</exception>
    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, BusQos qos, CancellationToken ct)
    {
        bus.Start();
        var accepted = await bus.PublishAsync(new BusMessage(topic, payload) { Qos = qos }, ct);
        var result = await accepted.WaitAsync(ct);
        switch (result.Outcome)
        {
            case PublishOutcome.Closed:
                throw new ObjectDisposedException(nameof(ModuleClient), "The module client was closed before the hub acknowledged.");
            case PublishOutcome.Refused when result.ReasonCode == BusReasons.PacketTooLarge:
                throw new HubException(HubErrors.MessageTooLarge, $"A message on '{Shortened(topic)}' is too large.");
            case PublishOutcome.Refused:
                throw new HubException(HubErrors.ArgumentInvalid, $"A message on '{Shortened(topic)}' cannot be sent: {BusReasons.NameOf(result.ReasonCode)}.");
        }
    }

    private static string Shortened(string topic) => topic.Length <= 200 ? topic : topic[..200] + "…";
}
