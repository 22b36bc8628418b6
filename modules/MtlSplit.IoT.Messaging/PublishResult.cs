namespace MtlSplit.IoT.Messaging;

/// <summary>The outcome of a publish.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="ReasonCode">MQTT 5's PUBACK reason code; below 0x80 is success. See <see cref="BusReasons"/> for names.</param>
public readonly record struct PublishResult(PublishOutcome Outcome, byte ReasonCode)
{
    /// <summary>The broker has the message and somebody subscribes to it, as far as the protocol can tell.</summary>
    public bool IsDelivered => Outcome == PublishOutcome.Delivered;

    /// <inheritdoc/>
    public override string ToString() =>
        Outcome is PublishOutcome.Refused ? $"Refused (0x{ReasonCode:x2} {BusReasons.NameOf(ReasonCode)})" : Outcome.ToString();
}
