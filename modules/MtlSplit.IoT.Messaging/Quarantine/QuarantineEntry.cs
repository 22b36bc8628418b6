namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>A message that could not be handled, with all that is needed to publish it again, and why.</summary>
/// <param name="Topic">Where it was published.</param>
/// <param name="Payload">Its content.</param>
/// <param name="UserProperties">The named values beside it.</param>
/// <param name="Reason">A short code, the same for every message of that kind, such as <c>unknown-contract</c>.</param>
/// <param name="Detail">What exactly was wrong, for a person.</param>
/// <param name="At">When, in Unix microseconds.</param>
public sealed record QuarantineEntry(
    string Topic,
    ReadOnlyMemory<byte> Payload,
    IReadOnlyList<KeyValuePair<string, string>> UserProperties,
    string Reason,
    string Detail,
    long At);
