namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>Why a message is not recorded.</summary>
public enum BadSample
{
    /// <summary>It is recorded.</summary>
    None = 0,

    /// <summary>The topic is not one that the recorder understands, or of another fleet.</summary>
    UnknownTopic,

    /// <summary>The payload is not the message that belongs on the topic.</summary>
    Unreadable,

    /// <summary>The payload is about another task than the topic.</summary>
    TopicMismatch,

    /// <summary>A time lies before 1970 or after 2200.</summary>
    TimeOutOfRange,

    /// <summary>The message is larger than a record of the log may be.</summary>
    TooLarge,

    /// <summary>A contract's descriptor is damaged or its digest is not the contract in the topic.</summary>
    BadDescriptor,
}
