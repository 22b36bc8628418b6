namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>A quarantine has reached its bound and may not delete anything.</summary>
public sealed class QuarantineFullException : IOException
{
    /// <summary>Makes one.</summary>
    /// <param name="folder">The quarantine.</param>
    /// <param name="maxBytes">Its bound.</param>
    public QuarantineFullException(string folder, long maxBytes)
        : base($"The quarantine {folder} is full: {maxBytes} bytes. Replay or delete entries, or raise its bound.")
    {
    }
}
