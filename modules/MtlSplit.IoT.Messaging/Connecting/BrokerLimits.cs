using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>What the broker said in its CONNACK.</summary>
/// <param name="SessionPresent">It still has this client's session.</param>
/// <param name="ReceiveMaximum">QoS 1 publishes it takes at once.</param>
/// <param name="MaximumPacketSize">The largest packet it takes, in bytes.</param>
/// <param name="RetainAvailable">It keeps retained messages.</param>
/// <param name="AtLeastOnceAvailable">It takes QoS 1 publishes.</param>
/// <param name="SubscriptionIdentifiersAvailable">It says with a message which subscriptions it is for.</param>
/// <param name="KeepAlive">The longest silence it accepts; zero: any.</param>
internal readonly record struct BrokerLimits(
    bool SessionPresent,
    int ReceiveMaximum,
    int MaximumPacketSize,
    bool RetainAvailable,
    bool AtLeastOnceAvailable,
    bool SubscriptionIdentifiersAvailable,
    TimeSpan KeepAlive)
{
    public static BrokerLimits From(MqttConnAckPacket answer, BusOptions options)
    {
        var version5 = options.Protocol == BusProtocol.Mqtt5;
        return new BrokerLimits(
            answer.IsSessionPresent,
            version5 && answer.ReceiveMaximum > 0 ? answer.ReceiveMaximum : ushort.MaxValue,
            version5 && answer.MaximumPacketSize is > 0 and < int.MaxValue ? (int)answer.MaximumPacketSize : int.MaxValue,
            !version5 || answer.RetainAvailable,
            !version5 || answer.MaximumQoS >= MqttQualityOfServiceLevel.AtLeastOnce,
            version5 && answer.SubscriptionIdentifiersAvailable,
            version5 && answer.ServerKeepAlive > 0 ? TimeSpan.FromSeconds(answer.ServerKeepAlive) : options.KeepAlive);
    }
}
