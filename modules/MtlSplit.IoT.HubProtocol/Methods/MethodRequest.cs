using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Methods;

/// <summary>A call of a method of a device or module.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Payload">The argument; null is JSON's null. Not copied; whoever makes the request keeps it unchanged.</param>
/// <param name="ResponseTimeout">How long to wait for the result, 5 to 300 s.</param>
/// <param name="ConnectTimeout">How long to wait for the device or module to connect first, 0 to 300 s.</param>
public sealed record MethodRequest(string Name, JsonNode? Payload, TimeSpan ResponseTimeout, TimeSpan ConnectTimeout)
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The largest payload, either way, in bytes.</summary>
    public const int MaxPayloadBytes = 128 * 1024;

    /// <summary>How long a caller that names no time waits for the result.</summary>
    public static readonly TimeSpan DefaultResponseTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ShortestResponse = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);

    /// <summary>A call with the default times: 30 s for the result, none to connect.</summary>
    public MethodRequest(string name, JsonNode? payload = null)
        : this(name, payload, DefaultResponseTimeout, TimeSpan.Zero)
    {
    }

    /// <summary>What is wrong with the request, naming the field; null if nothing is.</summary>
    public string? Check()
    {
        if (Name.Length is 0 or > MaxNameLength || Name.AsSpan().IndexOfAny("/+#\0") >= 0)
        {
            return $"methodName '{Name}' is not valid: 1 to {MaxNameLength} characters, none of / + # or NUL.";
        }

        if (ResponseTimeout < ShortestResponse || ResponseTimeout > Longest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"responseTimeoutInSeconds is {ResponseTimeout.TotalSeconds}; 5 to 300 are allowed.");
        }

        if (ConnectTimeout < TimeSpan.Zero || ConnectTimeout > Longest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"connectTimeoutInSeconds is {ConnectTimeout.TotalSeconds}; 0 to 300 are allowed.");
        }

        var size = ToPayloadUtf8().Length;
        return size > MaxPayloadBytes ? $"payload has {size} bytes; the limit is {MaxPayloadBytes}." : null;
    }

    /// <summary>The body of the MQTT message: JSON, never empty (<c>null</c> without a payload), because SDKs fail on an empty one.</summary>
    public byte[] ToPayloadUtf8() => HubJson.ToUtf8(Payload);

    /// <summary>The body of the HTTP request: <c>{"methodName","payload","responseTimeoutInSeconds","connectTimeoutInSeconds"}</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["methodName"] = Name,
        ["payload"] = Payload?.DeepClone(),
        ["responseTimeoutInSeconds"] = (int)ResponseTimeout.TotalSeconds,
        ["connectTimeoutInSeconds"] = (int)ConnectTimeout.TotalSeconds,
    };

    /// <summary>Reads the body of the HTTP request and checks it. Times that are missing or null take their defaults; unknown fields are passed over.</summary>
    /// <exception cref="HubException">A field is missing or not valid; the message names it.</exception>
    public static MethodRequest FromJson(JsonObject body)
    {
        if (body["methodName"] is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            throw new HubException(HubErrors.ArgumentInvalid, "methodName is missing or no string.");
        }

        var request = new MethodRequest(
            name,
            body["payload"]?.DeepClone(),
            Seconds(body, "responseTimeoutInSeconds", DefaultResponseTimeout),
            Seconds(body, "connectTimeoutInSeconds", TimeSpan.Zero));
        return request.Check() is { } fault ? throw new HubException(HubErrors.ArgumentInvalid, fault) : request;
    }

    private static TimeSpan Seconds(JsonObject body, string field, TimeSpan absent)
    {
        if (body[field] is not { } value)
        {
            return absent;
        }

        // What is out of any range stays so when cut to an int's.
        return HubJson.TryGetWhole(value, out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, int.MaxValue))
            : throw new HubException(HubErrors.ArgumentInvalid, $"{field} is {HubJson.Describe(value)}; a whole number of seconds is wanted.");
    }
}
