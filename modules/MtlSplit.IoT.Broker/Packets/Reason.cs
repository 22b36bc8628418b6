namespace MtlSplit.IoT.Broker.Packets;

/// <summary>The MQTT 5 reason codes that this broker sends or understands.</summary>
internal static class Reason
{
    public const byte Success = 0x00;
    public const byte DisconnectWithWill = 0x04;
    public const byte NoMatchingSubscribers = 0x10;
    public const byte NoSubscriptionExisted = 0x11;
    public const byte Unspecified = 0x80;
    public const byte Malformed = 0x81;
    public const byte ProtocolError = 0x82;
    public const byte UnsupportedVersion = 0x84;
    public const byte ClientIdInvalid = 0x85;
    public const byte BadUserNameOrPassword = 0x86;
    public const byte NotAuthorised = 0x87;
    public const byte ServerBusy = 0x89;
    public const byte ShuttingDown = 0x8B;
    public const byte BadAuthenticationMethod = 0x8C;
    public const byte KeepAliveTimeout = 0x8D;
    public const byte SessionTakenOver = 0x8E;
    public const byte FilterInvalid = 0x8F;
    public const byte TopicInvalid = 0x90;
    public const byte TopicAliasInvalid = 0x94;
    public const byte PacketTooLarge = 0x95;
    public const byte QuotaExceeded = 0x97;
    public const byte AdministrativeAction = 0x98;
    public const byte QosNotSupported = 0x9B;

    /// <summary>The MQTT 3.1.1 CONNACK return code that says most nearly the same.</summary>
    public static byte ForConnAck311(byte reason) => reason switch
    {
        Success => 0,
        UnsupportedVersion => 1,
        ClientIdInvalid => 2,
        BadUserNameOrPassword => 4,
        NotAuthorised => 5,
        _ => 3,
    };
}
