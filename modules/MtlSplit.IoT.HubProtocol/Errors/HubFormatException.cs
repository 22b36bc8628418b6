namespace MtlSplit.IoT.HubProtocol.Errors;

/// <summary>A text or document of the hub's protocol that is not what it should be. The message names the part and says what is wrong.</summary>
public sealed class HubFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="part">What was read: the key of a connection string, the property of a message, the id.</param>
    /// <param name="message">What is wrong with it, naming the part.</param>
    public HubFormatException(string part, string message)
        : base(message) => Part = part;

    /// <summary>Makes the exception.</summary>
    /// <param name="part">What was read.</param>
    /// <param name="message">What is wrong with it, naming the part.</param>
    /// <param name="innerException">What the reader underneath said.</param>
    public HubFormatException(string part, string message, Exception innerException)
        : base(message, innerException) => Part = part;

    /// <summary>What was read: the key of a connection string, the property of a message, the id.</summary>
    public string Part { get; }
}
