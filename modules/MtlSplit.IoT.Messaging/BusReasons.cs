namespace MtlSplit.IoT.Messaging;

/// <summary>The reason codes of MQTT 5 that the bus meets, and their names.</summary>
public static class BusReasons
{
    /// <summary>The message was taken, but nobody subscribes to its topic.</summary>
    public const byte NoMatchingSubscribers = 0x10;

    /// <summary>The broker does not say why.</summary>
    public const byte UnspecifiedError = 0x80;

    /// <summary>The client may not do this.</summary>
    public const byte NotAuthorized = 0x87;

    /// <summary>The filter is not acceptable.</summary>
    public const byte TopicFilterInvalid = 0x8F;

    /// <summary>The topic is not acceptable: empty, too long, or with a wildcard.</summary>
    public const byte TopicNameInvalid = 0x90;

    /// <summary>The packet is larger than this client or the broker allows.</summary>
    public const byte PacketTooLarge = 0x95;

    /// <summary>The broker has no room for it.</summary>
    public const byte QuotaExceeded = 0x97;

    /// <summary>The broker does not support shared subscriptions.</summary>
    public const byte SharedSubscriptionsNotSupported = 0x9E;

    /// <summary>MQTT's name of a reason code, in lower case; "reason 0x.." when it has none here.</summary>
    /// <param name="reasonCode">The code.</param>
    public static string NameOf(byte reasonCode) => reasonCode switch
    {
        0x00 => "success",
        NoMatchingSubscribers => "no matching subscribers",
        UnspecifiedError => "unspecified error",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x83 => "implementation specific error",
        0x84 => "unsupported protocol version",
        0x85 => "client identifier not valid",
        0x86 => "bad user name or password",
        NotAuthorized => "not authorized",
        0x88 => "server unavailable",
        0x89 => "server busy",
        0x8A => "banned",
        0x8B => "server shutting down",
        0x8C => "bad authentication method",
        0x8D => "keep alive timeout",
        0x8E => "session taken over",
        TopicFilterInvalid => "topic filter invalid",
        TopicNameInvalid => "topic name invalid",
        0x91 => "packet identifier in use",
        0x93 => "receive maximum exceeded",
        PacketTooLarge => "packet too large",
        QuotaExceeded => "quota exceeded",
        0x98 => "administrative action",
        0x99 => "payload format invalid",
        0x9A => "retain not supported",
        0x9B => "QoS not supported",
        0x9C => "use another server",
        0x9D => "server moved",
        SharedSubscriptionsNotSupported => "shared subscriptions not supported",
        0x9F => "connection rate exceeded",
        0xA0 => "maximum connect time",
        0xA1 => "subscription identifiers not supported",
        0xA2 => "wildcard subscriptions not supported",
        _ => $"reason 0x{reasonCode:x2}",
    };
}
