using System.Text;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>CONNECT and CONNACK.</summary>
internal static class Handshake
{
    /// <summary>Opens a connection to the broker and agrees on a session.</summary>
    /// <param name="options">Where and as whom.</param>
    /// <param name="credentials">In place of the options' own; null: those.</param>
    /// <param name="cleanStart">Throw away the session that the broker may have.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="BusConnectException">The broker refuses, or is not to be trusted.</exception>
    public static async Task<(PacketWire Wire, BrokerLimits Limits, DateTimeOffset? RenewAt)> ConnectAsync(
        BusOptions options, BusCredentials? credentials, bool cleanStart, CancellationToken ct)
    {
        if (credentials is not null)
        {
            options = options with { Username = credentials.Username, Password = credentials.Password, Tls = credentials.Tls ?? options.Tls };
        }

        if (cleanStart && options.Protocol == BusProtocol.Mqtt311 && options.SessionExpiry > TimeSpan.Zero)
        {
            // In 3.1.1 a clean session also ends with its connection: one to throw the old session away, then one whose session stays.
            var (wire, _) = await ConnectOnceAsync(options, cleanStart: true, ct);
            using (wire)
            {
                await wire.WriteAsync(new MqttDisconnectPacket(), ct);
                await wire.FlushAsync(ct);
            }

            cleanStart = false;
        }

        var (kept, limits) = await ConnectOnceAsync(options, cleanStart, ct);
        return (kept, limits, credentials?.RenewAt);
    }

    private static async Task<(PacketWire Wire, BrokerLimits Limits)> ConnectOnceAsync(BusOptions options, bool cleanStart, CancellationToken ct)
    {
        var version = options.Protocol == BusProtocol.Mqtt5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311;
        var wire = new PacketWire(await BrokerEndpoint.OpenAsync(options, ct), version, options.MaximumPacketSize);
        try
        {
            await wire.WriteAsync(Packet(options, cleanStart), ct);
            await wire.FlushAsync(ct);
            MqttPacket? answer;
            while (!wire.TryRead(out answer))
            {
                if (!await BlockingCall.RunAsync(wire.Fill, wire, ct))
                {
                    throw new IOException("The broker closed the connection without answering CONNECT.");
                }
            }

            if (answer is not MqttConnAckPacket accepted)
            {
                throw new MqttProtocolViolationException($"The broker answered CONNECT with {answer!.GetType().Name}.");
            }

            var reason = options.Protocol == BusProtocol.Mqtt5 ? (byte)accepted.ReasonCode : Translate(accepted.ReturnCode);
            return reason < 0x80
                ? (wire, BrokerLimits.From(accepted, options))
                : throw new BusConnectException($"{options.Host}:{options.Port}", options.ClientId, reason);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    private static MqttConnectPacket Packet(BusOptions options, bool cleanStart)
    {
        var version5 = options.Protocol == BusProtocol.Mqtt5;
        var packet = new MqttConnectPacket
        {
            ClientId = options.ClientId,
            CleanSession = cleanStart || (!version5 && options.SessionExpiry <= TimeSpan.Zero),
            SessionExpiryInterval = (uint)Math.Clamp(Math.Ceiling(options.SessionExpiry.TotalSeconds), 0, uint.MaxValue),
            KeepAlivePeriod = (ushort)Math.Clamp(Math.Ceiling(options.KeepAlive.TotalSeconds), 0, ushort.MaxValue),
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.MaximumPacketSize,
            RequestProblemInformation = true,
            Username = options.Username,
            Password = options.Password is null ? null : Encoding.UTF8.GetBytes(options.Password),
        };
        if (options.Will is { } will)
        {
            packet.WillFlag = true;
            packet.WillTopic = will.Topic;
            packet.WillMessage = will.Payload.ToArray();
            packet.WillQoS = will.Qos == BusQos.AtLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce;
            packet.WillRetain = will.Retain;
            if (version5)
            {
                packet.WillContentType = will.ContentType;
                packet.WillMessageExpiryInterval = Publishing.PublishPackets.ExpirySeconds(will);
                packet.WillUserProperties = Publishing.PublishPackets.UserProperties(will);
            }
        }

        return packet;
    }

    /// <summary>3.1.1's return codes in MQTT 5's words.</summary>
    private static byte Translate(MqttConnectReturnCode code) => code switch
    {
        MqttConnectReturnCode.ConnectionAccepted => 0,
        MqttConnectReturnCode.ConnectionRefusedUnacceptableProtocolVersion => 0x84,
        MqttConnectReturnCode.ConnectionRefusedIdentifierRejected => 0x85,
        MqttConnectReturnCode.ConnectionRefusedServerUnavailable => 0x88,
        MqttConnectReturnCode.ConnectionRefusedBadUsernameOrPassword => 0x86,
        MqttConnectReturnCode.ConnectionRefusedNotAuthorized => 0x87,
        _ => BusReasons.UnspecifiedError,
    };
}
