namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>What became of an event.</summary>
internal enum SendOutcome
{
    /// <summary>The receiver has it.</summary>
    Sent,

    /// <summary>The receiver will never take it; sending it again is of no use.</summary>
    Refused,

    /// <summary>The receiver is away, or not able to take it now.</summary>
    Away,
}
