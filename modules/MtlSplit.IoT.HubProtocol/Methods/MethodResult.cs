using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Methods;

/// <summary>What a method answered.</summary>
/// <param name="Status">The method's own status; 200 by custom where it succeeded.</param>
/// <param name="Payload">The result; null is JSON's null. Not copied; whoever makes the result keeps it unchanged.</param>
public sealed record MethodResult(int Status, JsonNode? Payload = null)
{
    /// <summary>Reads the MQTT message of a response; an empty body is a null payload.</summary>
    /// <exception cref="HubException">The body is too large or no JSON.</exception>
    public static MethodResult FromPayload(int status, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MethodRequest.MaxPayloadBytes)
        {
            throw new HubException(HubErrors.MessageTooLarge, $"The method's result has {utf8.Length} bytes; the limit is {MethodRequest.MaxPayloadBytes}.");
        }

        if (utf8.IsEmpty)
        {
            return new MethodResult(status);
        }

        return HubJson.TryParse(utf8, out var payload, out var fault)
            ? new MethodResult(status, payload)
            : throw new HubException(HubErrors.IotHubFormatError, $"The method's result is no JSON: {fault}");
    }

    /// <summary>Reads the body of an HTTP response.</summary>
    /// <exception cref="HubFormatException">It has no status.</exception>
    public static MethodResult FromJson(JsonObject body) =>
        HubJson.TryGetWhole(body["status"], out var status) && status is >= int.MinValue and <= int.MaxValue
            ? new MethodResult((int)status, body["payload"]?.DeepClone())
            : throw new HubFormatException("status", "A method's result has no whole number status.");

    /// <summary>The body of the MQTT message: JSON, never empty.</summary>
    public byte[] ToPayloadUtf8() => HubJson.ToUtf8(Payload);

    /// <summary>The body of the HTTP response: <c>{"status","payload"}</c>.</summary>
    public JsonObject ToJson() => new() { ["status"] = Status, ["payload"] = Payload?.DeepClone() };
}
