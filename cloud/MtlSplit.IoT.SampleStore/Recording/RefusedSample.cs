using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>A message that may not enter the log.</summary>
/// <param name="Delivery">The message.</param>
/// <param name="Reason">Why.</param>
/// <param name="Entry">What the quarantine keeps of it.</param>
internal sealed record RefusedSample(BusDelivery Delivery, BadSample Reason, QuarantineEntry Entry);
