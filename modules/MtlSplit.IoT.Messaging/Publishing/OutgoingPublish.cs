namespace MtlSplit.IoT.Messaging.Publishing;

/// <summary>A publish between acceptance and outcome. Its task is what the caller waits for.</summary>
internal sealed class OutgoingPublish(BusMessage message, long size, long order, long acceptedAt)
    : TaskCompletionSource<PublishResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public BusMessage Message { get; } = message;

    /// <summary>Bytes of the encoded packet.</summary>
    public long Size { get; } = size;

    /// <summary>Rises with every acceptance.</summary>
    public long Order { get; } = order;

    /// <summary>Clock ticks.</summary>
    public long AcceptedAt { get; } = acceptedAt;

    /// <summary>Clock ticks of the last send.</summary>
    public long SentAt { get; set; }

    /// <summary>0: not sent yet, or QoS 0.</summary>
    public ushort PacketId { get; set; }

    /// <summary>The current connection has sent it and waits for the answer.</summary>
    public bool AwaitsAnswer { get; set; }

    /// <summary>An earlier connection has sent it already.</summary>
    public bool Resends { get; set; }

    /// <summary>The broker may have it from an earlier connection of the same session.</summary>
    public bool MayBeDuplicate { get; set; }
}
