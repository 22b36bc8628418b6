namespace MtlSplit.IoT.HubProtocol.Errors;

/// <summary>A hub refuses or cannot do what it was asked. The message says what and where; the code says which kind of failure it is to clients.</summary>
public sealed class HubException : Exception
{
    /// <summary>Makes the exception.</summary>
    public HubException(HubErrorCode code, string message)
        : base(message) => Code = code;

    /// <summary>Makes the exception.</summary>
    public HubException(HubErrorCode code, string message, Exception innerException)
        : base(message, innerException) => Code = code;

    /// <summary>Which failure it is.</summary>
    public HubErrorCode Code { get; }

    /// <summary>How long the client should wait before it asks again; null where waiting does not help, or nobody knows how long.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
