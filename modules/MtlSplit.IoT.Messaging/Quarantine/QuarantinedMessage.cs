namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>An entry as it is kept.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Entry">What was quarantined.</param>
/// <param name="Replayed">It was published again.</param>
public sealed record QuarantinedMessage(QuarantineId Id, QuarantineEntry Entry, bool Replayed);
