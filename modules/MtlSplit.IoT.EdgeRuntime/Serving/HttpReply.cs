using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Serving;

/// <summary>One answer in JSON.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; null: none.</param>
internal sealed record HttpReply(int Status, JsonNode? Body = null)
{
    /// <summary>An error as both interfaces of the device have it.</summary>
    public static HttpReply Fault(int status, string message) => new(status, new JsonObject { ["message"] = message });

    public byte[] ToBytes(bool keepAlive)
    {
        var body = Body is null ? [] : HubJson.ToUtf8(Body);
        var head = System.Text.Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {Status} {ReasonOf(Status)}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: {(keepAlive ? "keep-alive" : "close")}\r\n\r\n");
        return [.. head, .. body];
    }

    private static string ReasonOf(int status) => status switch
    {
        200 => "OK",
        201 => "Created",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Error",
    };
}
