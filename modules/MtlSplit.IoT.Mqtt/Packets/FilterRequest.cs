namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>One filter of a SUBSCRIBE with its options.</summary>
/// <param name="Filter">The filter as sent, with any <c>$share/{group}/</c> in front.</param>
/// <param name="Qos">The highest quality of service asked for.</param>
/// <param name="NoLocal">Not one's own messages.</param>
/// <param name="RetainAsPublished">Keep the retain flag as the publisher set it.</param>
/// <param name="RetainHandling">0 = send retained messages, 1 = only if the subscription is new, 2 = never.</param>
public readonly record struct FilterRequest(string Filter, byte Qos, bool NoLocal = false, bool RetainAsPublished = false, byte RetainHandling = 0);
