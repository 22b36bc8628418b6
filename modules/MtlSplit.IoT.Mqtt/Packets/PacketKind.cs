namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>The MQTT control packets, with their numbers on the wire.</summary>
public enum PacketKind : byte
{
    /// <summary>No packet.</summary>
    None = 0,

    /// <summary>A client introduces itself.</summary>
    Connect = 1,

    /// <summary>The server's answer to CONNECT.</summary>
    ConnAck = 2,

    /// <summary>A message, either way.</summary>
    Publish = 3,

    /// <summary>A QoS 1 message has arrived.</summary>
    PubAck = 4,

    /// <summary>QoS 2, first answer.</summary>
    PubRec = 5,

    /// <summary>QoS 2, second message.</summary>
    PubRel = 6,

    /// <summary>QoS 2, second answer.</summary>
    PubComp = 7,

    /// <summary>A client asks for topics.</summary>
    Subscribe = 8,

    /// <summary>The answer to SUBSCRIBE.</summary>
    SubAck = 9,

    /// <summary>A client no longer asks for topics.</summary>
    Unsubscribe = 10,

    /// <summary>The answer to UNSUBSCRIBE.</summary>
    UnsubAck = 11,

    /// <summary>A client is still there.</summary>
    PingReq = 12,

    /// <summary>The answer to PINGREQ.</summary>
    PingResp = 13,

    /// <summary>The end, in order.</summary>
    Disconnect = 14,

    /// <summary>MQTT 5 enhanced authentication.</summary>
    Auth = 15,
}
