namespace MtlSplit.IoT.Messaging.Receiving;

/// <summary>A QoS 1 message that arrived and is not acknowledged yet.</summary>
internal sealed class ReceivedPublish(AckSequencer sequencer, ushort packetId, int missing)
{
    private Subscription? _first;
    private List<Subscription>? _others;

    public ushort PacketId { get; } = packetId;

    /// <summary>Acknowledgements still to come; guarded by the sequencer.</summary>
    public int Missing { get; set; } = missing;

    /// <summary>Remembers a subscription that the message went to.</summary>
    public void GoesTo(Subscription subscription)
    {
        subscription.Opened();
        if (_first is null)
        {
            _first = subscription;
        }
        else
        {
            (_others ??= []).Add(subscription);
        }
    }

    /// <summary>One subscription is done with it.</summary>
    public void Acknowledge() => sequencer.Acknowledged(this);

    /// <summary>Its acknowledgement is on the way.</summary>
    public void Released()
    {
        _first?.Released();
        _others?.ForEach(s => s.Released());
    }
}
