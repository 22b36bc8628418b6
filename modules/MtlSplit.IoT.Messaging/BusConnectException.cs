namespace MtlSplit.IoT.Messaging;

/// <summary>No connection for a reason that has a name: the broker refused it, it is not to be trusted, or this client cannot say who it is.</summary>
public sealed class BusConnectException : Exception
{
    private readonly bool _refusedHere;

    /// <summary>The broker refused.</summary>
    /// <param name="endpoint">Host and port.</param>
    /// <param name="clientId">Who was refused.</param>
    /// <param name="reasonCode">MQTT 5's reason code.</param>
    public BusConnectException(string endpoint, string clientId, byte reasonCode)
        : base($"The broker at {endpoint} refused client '{clientId}': {BusReasons.NameOf(reasonCode)} (0x{reasonCode:x2}).") =>
        ReasonCode = reasonCode;

    /// <summary>This client refuses: it cannot say who it is, or does not trust the broker. Permanent. May be thrown by <see cref="BusOptions.Credentials"/>.</summary>
    /// <param name="message">What is wrong, naming the host.</param>
    /// <param name="inner">Where it came from.</param>
    public BusConnectException(string message, Exception inner)
        : base(message, inner)
    {
        ReasonCode = BusReasons.UnspecifiedError;
        _refusedHere = true;
    }

    private BusConnectException(BusConnectException before)
        : base(before.Message, before)
    {
        ReasonCode = before.ReasonCode;
        _refusedHere = before._refusedHere;
    }

    /// <summary>MQTT 5's reason code; 3.1.1's return codes are translated. "Unspecified error" when it is the client that refuses.</summary>
    public byte ReasonCode { get; }

    /// <summary>Waiting and trying again does not help: credentials, identity or protocol version are refused, or the broker's certificate is.</summary>
    public bool IsPermanent => _refusedHere || ReasonCode is 0x84 or 0x85 or 0x86 or 0x87 or 0x8A or 0x8C;

    /// <summary>The same, to be thrown once more.</summary>
    internal BusConnectException Again() => new(this);
}
