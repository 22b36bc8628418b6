namespace MtlSplit.IoT.Messaging.Receiving;

/// <summary>Where a subscription stands.</summary>
internal enum SubscriptionState
{
    /// <summary>The broker does not know it yet.</summary>
    Wanted,

    /// <summary>The broker confirmed it.</summary>
    Active,

    /// <summary>To be unsubscribed.</summary>
    Leaving,

    /// <summary>Unsubscribed; what the broker had committed to still arrives.</summary>
    Draining,

    /// <summary>Gone.</summary>
    Ended,
}
