namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>The MQTT 5 reason codes that the servers here send or understand.</summary>
public static class Reason
{
    /// <summary>All is well.</summary>
    public const byte Success = 0x00;

    /// <summary>The client leaves and wants its will published.</summary>
    public const byte DisconnectWithWill = 0x04;

    /// <summary>The message is taken; nobody had subscribed to it.</summary>
    public const byte NoMatchingSubscribers = 0x10;

    /// <summary>There was nothing to unsubscribe from.</summary>
    public const byte NoSubscriptionExisted = 0x11;

    /// <summary>Refused without a reason; also what MQTT 3.1.1 calls a refused filter.</summary>
    public const byte Unspecified = 0x80;

    /// <summary>The bytes are no packet.</summary>
    public const byte Malformed = 0x81;

    /// <summary>The packet may not be here.</summary>
    public const byte ProtocolError = 0x82;

    /// <summary>The protocol version is not spoken.</summary>
    public const byte UnsupportedVersion = 0x84;

    /// <summary>The client identifier is not taken.</summary>
    public const byte ClientIdInvalid = 0x85;

    /// <summary>The user name or password is wrong.</summary>
    public const byte BadUserNameOrPassword = 0x86;

    /// <summary>The client may not do this.</summary>
    public const byte NotAuthorised = 0x87;

    /// <summary>Not now.</summary>
    public const byte ServerBusy = 0x89;

    /// <summary>The server goes.</summary>
    public const byte ShuttingDown = 0x8B;

    /// <summary>The authentication method is not offered.</summary>
    public const byte BadAuthenticationMethod = 0x8C;

    /// <summary>The client was silent for too long.</summary>
    public const byte KeepAliveTimeout = 0x8D;

    /// <summary>Another connection has the same client identifier.</summary>
    public const byte SessionTakenOver = 0x8E;

    /// <summary>The topic filter is not well formed.</summary>
    public const byte FilterInvalid = 0x8F;

    /// <summary>The topic name is not well formed, or not taken.</summary>
    public const byte TopicInvalid = 0x90;

    /// <summary>Topic aliases are not offered.</summary>
    public const byte TopicAliasInvalid = 0x94;

    /// <summary>The packet is over the limit.</summary>
    public const byte PacketTooLarge = 0x95;

    /// <summary>A bound is reached.</summary>
    public const byte QuotaExceeded = 0x97;

    /// <summary>The server's owner wants it so.</summary>
    public const byte AdministrativeAction = 0x98;

    /// <summary>The quality of service is not offered.</summary>
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
