using System.Text;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubGateway.Publishing;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Admitting;

/// <summary>Checks what a CONNECT says against itself, then asks the backend whether to believe it. Thread-safe.</summary>
internal sealed class Doorkeeper(IHubBackend backend, int maxMessageBytes, ILogger logger)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decides about a client. Throws only where the token ended.</summary>
    public async ValueTask<Admission> AdmitAsync(ConnectPacket connect, Transport transport, CancellationToken ct)
    {
        if (connect.Version != ProtocolVersion.Mqtt311)
        {
            return Admission.Refuse(ConnectRefusal.UnacceptableVersion, "it speaks MQTT 5; the dialect is of MQTT 3.1.1");
        }

        if (!MqttUsername.TryParse(connect.UserName, out var username, out var fault))
        {
            return Admission.Refuse(ConnectRefusal.NotAuthorised, fault);
        }

        if (!string.Equals(connect.ClientId, username.Identity.ClientId, StringComparison.Ordinal))
        {
            return Admission.Refuse(ConnectRefusal.NotAuthorised, $"its client identifier is '{connect.ClientId}', its user name says '{username.Identity}'");
        }

        if (!TryWill(connect.Will, username.Identity, out var will, out var wrong))
        {
            return Admission.Refuse(ConnectRefusal.NotAuthorised, wrong);
        }

        if (!TryPassword(connect.Password, out var password))
        {
            return Admission.Refuse(ConnectRefusal.NotAuthorised, "its password is not UTF-8");
        }

        try
        {
            var decision = await backend.AuthenticateAsync(new ConnectRequest(connect.ClientId, username, password, transport.Certificate, transport.Remote), ct);
            return decision.Refusal is { } refusal
                ? Admission.Refuse(refusal, decision.Reason)
                : new Admission(username.Identity, decision.Expires, will, default, "");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Log.AuthenticationFailed(logger, e, username.Identity, transport.Remote);
            return Admission.Refuse(ConnectRefusal.Unavailable, "the hub could not decide");
        }
    }

    private bool TryWill(Message? will, HubIdentity identity, out HubMessage? message, out string fault)
    {
        message = null;
        fault = "";
        if (will is null)
        {
            return true;
        }

        if (!HubTopic.TryParse(will.Topic.Name, out var topic) || topic.Kind != HubTopicKind.Telemetry || topic.Identity != identity)
        {
            fault = $"its will is for '{will.Topic.Name}', not for its telemetry";
            return false;
        }

        try
        {
            message = TelemetryReader.Read(will, topic, identity);
            message = message with { Properties = [.. message.Properties, new("iothub-MessageType", "Will")] };
            fault = TelemetryReader.SizeOf(will, topic) > maxMessageBytes ? $"its will is over the limit of {maxMessageBytes} bytes" : "";
            return fault.Length == 0;
        }
        catch (HubFormatException e)
        {
            fault = $"its will is malformed: {e.Message}";
            return false;
        }
    }

    private static bool TryPassword(byte[]? bytes, out string? password)
    {
        password = null;
        if (bytes is null)
        {
            return true;
        }

        try
        {
            password = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
