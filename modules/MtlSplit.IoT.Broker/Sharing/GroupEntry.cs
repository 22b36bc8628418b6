using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.Broker.Sharing;

/// <summary>A message in a shared group.</summary>
/// <param name="Message">The message.</param>
/// <param name="Sequence">Its place: rises with every message that the group gets.</param>
/// <param name="EnqueuedAt">When the group got it, in the broker's milliseconds.</param>
/// <param name="Redelivered">A member had it before.</param>
internal readonly record struct GroupEntry(Message Message, long Sequence, long EnqueuedAt, bool Redelivered);
