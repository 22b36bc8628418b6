namespace MtlSplit.IoT.Messaging;

/// <summary>How hard a message is delivered.</summary>
public enum BusQos
{
    /// <summary>QoS 0: sent once, never repeated, may be lost.</summary>
    AtMostOnce,

    /// <summary>QoS 1: repeated until acknowledged, may arrive more than once.</summary>
    AtLeastOnce,
}
