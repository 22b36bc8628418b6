using System.Text.Json.Nodes;

namespace MtlSplit.IoT.DevHub.Serving;

/// <summary>The answer to one request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The JSON; null: none.</param>
internal sealed record HubReply(int Status, JsonNode? Body = null)
{
    /// <summary>Headers beside the content type.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>200 with a body.</summary>
    public static HubReply Ok(JsonNode body) => new(StatusCodes.Status200OK, body);

    /// <summary>200 with a body that has an etag, which is sent as a header too.</summary>
    public static HubReply Tagged(JsonObject body) => new(StatusCodes.Status200OK, body) { Headers = [new("ETag", $"\"{body["etag"]!.GetValue<string>()}\"")] };

    /// <summary>204.</summary>
    public static HubReply Empty() => new(StatusCodes.Status204NoContent);
}
