namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>The MQTT 5 property identifiers, and the sets of them that each packet may carry.</summary>
internal static class Property
{
    public const byte PayloadFormat = 0x01;
    public const byte MessageExpiry = 0x02;
    public const byte ContentType = 0x03;
    public const byte ResponseTopic = 0x08;
    public const byte CorrelationData = 0x09;
    public const byte SubscriptionIdentifier = 0x0B;
    public const byte SessionExpiry = 0x11;
    public const byte AssignedClientId = 0x12;
    public const byte ServerKeepAlive = 0x13;
    public const byte AuthenticationMethod = 0x15;
    public const byte AuthenticationData = 0x16;
    public const byte RequestProblemInformation = 0x17;
    public const byte WillDelay = 0x18;
    public const byte RequestResponseInformation = 0x19;
    public const byte ServerReference = 0x1C;
    public const byte ReasonString = 0x1F;
    public const byte ReceiveMaximum = 0x21;
    public const byte TopicAliasMaximum = 0x22;
    public const byte TopicAlias = 0x23;
    public const byte MaximumQos = 0x24;
    public const byte UserProperty = 0x26;
    public const byte MaximumPacketSize = 0x27;
    public const byte SharedSubscriptionAvailable = 0x2A;

    public const ulong InMessage = 1UL << PayloadFormat | 1UL << MessageExpiry | 1UL << ContentType | 1UL << ResponseTopic | 1UL << CorrelationData | 1UL << UserProperty;
    public const ulong InPublish = InMessage | 1UL << TopicAlias;
    public const ulong InWill = InMessage | 1UL << WillDelay;
    public const ulong InConnect = 1UL << SessionExpiry | 1UL << ReceiveMaximum | 1UL << MaximumPacketSize | 1UL << TopicAliasMaximum | 1UL << RequestResponseInformation
        | 1UL << RequestProblemInformation | 1UL << UserProperty | 1UL << AuthenticationMethod | 1UL << AuthenticationData;
    public const ulong InSubscribe = 1UL << SubscriptionIdentifier | 1UL << UserProperty;
    public const ulong InUnsubscribe = 1UL << UserProperty;
    public const ulong InPubAck = 1UL << ReasonString | 1UL << UserProperty;
    public const ulong InDisconnect = 1UL << SessionExpiry | 1UL << ReasonString | 1UL << UserProperty | 1UL << ServerReference;
}
