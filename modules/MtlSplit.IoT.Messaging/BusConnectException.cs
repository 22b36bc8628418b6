namespace MtlSplit.IoT.Messaging;

/// <summary>The broker refused a connection, by name, or is not to be trusted.</summary>
public sealed class BusConnectException : Exception
{
    private readonly bool _untrusted;

    /// <summary>Makes one.</summary>
    /// <param name="endpoint">Host and port.</param>
    /// <param name="clientId">Who was refused.</param>
    /// <param name="reasonCode">MQTT 5's reason code.</param>
    public BusConnectException(string endpoint, string clientId, byte reasonCode)
        : base($"The broker at {endpoint} refused client '{clientId}': {BusReasons.NameOf(reasonCode)} (0x{reasonCode:x2}).") =>
        ReasonCode = reasonCode;

    private BusConnectException(string message, byte reasonCode, bool untrusted, Exception inner)
        : base(message, inner)
    {
        ReasonCode = reasonCode;
        _untrusted = untrusted;
    }

    /// <summary>MQTT 5's reason code; 3.1.1's return codes are translated. "Unspecified error" when it is the client that refuses.</summary>
    public byte ReasonCode { get; }

    /// <summary>Waiting and trying again does not help: credentials, identity or protocol version are refused, or the broker's certificate is.</summary>
    public bool IsPermanent => _untrusted || ReasonCode is 0x84 or 0x85 or 0x86 or 0x87 or 0x8A or 0x8C;

    /// <summary>The broker's certificate is not trusted.</summary>
    internal static BusConnectException Untrusted(string fault, Exception inner) => new(fault, BusReasons.UnspecifiedError, untrusted: true, inner);

    /// <summary>The same, to be thrown once more.</summary>
    internal BusConnectException Again() => new(Message, ReasonCode, _untrusted, this);
}
