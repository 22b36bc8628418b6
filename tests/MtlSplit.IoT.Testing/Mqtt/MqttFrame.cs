namespace MtlSplit.IoT.Testing.Mqtt;

/// <summary>A packet as it was on the wire.</summary>
/// <param name="Link">The number of the connection, from 0.</param>
/// <param name="Header">Type and flags.</param>
/// <param name="Body">What follows the length.</param>
public sealed record MqttFrame(int Link, byte Header, byte[] Body)
{
    /// <summary>1 CONNECT, 3 PUBLISH, 4 PUBACK, 8 SUBSCRIBE, 10 UNSUBSCRIBE, 12 PINGREQ, 14 DISCONNECT.</summary>
    public int Type => Header >> 4;

    public MqttConnect AsConnect() => MqttText.Connect(Body);

    public MqttPublish AsPublish() => MqttText.Publish(Header, Body);

    public MqttSubscribe AsSubscribe() => MqttText.Subscribe(Body);
}
