namespace MtlSplit.IoT.Messaging;

/// <summary>The broker refused a connection, by name.</summary>
public sealed class BusConnectException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="endpoint">Host and port.</param>
    /// <param name="clientId">Who was refused.</param>
    /// <param name="reasonCode">MQTT 5's reason code.</param>
    public BusConnectException(string endpoint, string clientId, byte reasonCode)
        : base($"The broker at {endpoint} refused client '{clientId}': {BusReasons.NameOf(reasonCode)} (0x{reasonCode:x2}).") =>
        ReasonCode = reasonCode;

    /// <summary>MQTT 5's reason code; 3.1.1's return codes are translated.</summary>
    public byte ReasonCode { get; }

    /// <summary>Waiting and trying again does not help: credentials, identity or protocol version are refused.</summary>
    public bool IsPermanent => ReasonCode is 0x84 or 0x85 or 0x86 or 0x87 or 0x8A or 0x8C;
}
