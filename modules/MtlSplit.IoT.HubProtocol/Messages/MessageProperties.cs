namespace MtlSplit.IoT.HubProtocol.Messages;

/// <summary>
/// A message's system properties: what the hub itself understands. Null is absent. On the wire each has a short name that starts with
/// <c>$.</c> (<see cref="SystemProperty"/>). Immutable.
/// </summary>
public sealed record MessageProperties
{
    /// <summary>No system properties.</summary>
    public static MessageProperties None { get; } = new();

    /// <summary>The sender's id of the message (<c>$.mid</c>).</summary>
    public string? MessageId { get; init; }

    /// <summary>The id of the message that this one answers (<c>$.cid</c>).</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The user on whose behalf it was sent (<c>$.uid</c>).</summary>
    public string? UserId { get; init; }

    /// <summary>The destination (<c>$.to</c>).</summary>
    public string? To { get; init; }

    /// <summary>When the message is of no more use (<c>$.exp</c>).</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the sender made it (<c>$.ctime</c>).</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The body's media type (<c>$.ct</c>); routes read the body only of <c>application/json</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>The body's character encoding (<c>$.ce</c>); routes read the body only of utf-8, utf-16 and utf-32.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>The sender's output (<c>$.on</c>).</summary>
    public string? OutputName { get; init; }

    /// <summary>The schema of the body (<c>$.schema</c>).</summary>
    public string? Schema { get; init; }

    /// <summary>The digital twin's interface (<c>$.ifid</c>).</summary>
    public string? InterfaceId { get; init; }

    /// <summary>The digital twin's component (<c>$.sub</c>).</summary>
    public string? Component { get; init; }

    /// <summary>The device that sent it, set by the hub (<c>$.cdid</c>).</summary>
    public string? ConnectionDeviceId { get; init; }

    /// <summary>The module that sent it, set by the hub (<c>$.cmid</c>).</summary>
    public string? ConnectionModuleId { get; init; }

    /// <summary>The acknowledgement (<c>ack</c>).</summary>
    public string? Ack { get; init; }

    /// <summary>The acknowledgement asked for (<c>iothub-ack</c>).</summary>
    public string? RequestedAck { get; init; }

    /// <summary>The operation (<c>iothub-operation</c>).</summary>
    public string? Operation { get; init; }
}
