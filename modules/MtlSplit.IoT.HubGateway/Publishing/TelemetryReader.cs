using System.Text;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Publishing;

/// <summary>Makes the hub's message of an MQTT message.</summary>
internal static class TelemetryReader
{
    /// <summary>Reads a message. Who sent it is what the connection says, not what the message says.</summary>
    /// <exception cref="HubFormatException">A system property is malformed.</exception>
    public static HubMessage Read(Message message, HubTopic topic, HubIdentity sender)
    {
        var read = HubMessage.From(message.Payload, topic.Properties);
        return read with
        {
            System = read.System with { ConnectionDeviceId = sender.DeviceId, ConnectionModuleId = sender.ModuleId },

            // A hub retains nothing; it hands the wish on.
            Properties = message.Retain ? [.. read.Properties, new("mqtt-retain", "true")] : read.Properties,
        };
    }

    /// <summary>What counts against the limit: the body and the decoded properties, in bytes.</summary>
    public static long SizeOf(Message message, HubTopic topic)
    {
        long size = message.Payload.Length;
        foreach (var (name, value) in topic.Properties)
        {
            size += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value ?? "");
        }

        return size;
    }
}
