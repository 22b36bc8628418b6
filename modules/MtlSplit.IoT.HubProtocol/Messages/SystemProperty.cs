using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.HubProtocol.Messages;

/// <summary>One system property: its name on the wire, its name in the conditions of routes, and how it stands in a message.</summary>
public sealed class SystemProperty
{
    // Seven digits are what the SDKs write; fewer or none are read as well.
    private const string Written = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private const string Read = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    private static readonly FrozenDictionary<string, SystemProperty> ByWireName;
    private static readonly FrozenDictionary<string, SystemProperty> ByQueryName;

    private readonly Func<MessageProperties, string?> _get;
    private readonly Func<MessageProperties, string, MessageProperties> _set;

    static SystemProperty()
    {
        All =
        [
            new("$.on", "outputName", p => p.OutputName, (p, v) => p with { OutputName = v }),
            new("$.mid", "messageId", p => p.MessageId, (p, v) => p with { MessageId = v }),
            new("$.cid", "correlationId", p => p.CorrelationId, (p, v) => p with { CorrelationId = v }),
            new("$.uid", "userId", p => p.UserId, (p, v) => p with { UserId = v }),
            new("$.to", "to", p => p.To, (p, v) => p with { To = v }),
            new("$.exp", "expiryTimeUtc", p => Text(p.ExpiresAt), (p, v) => p with { ExpiresAt = Time("$.exp", v) }),
            new("$.ctime", "creationTimeUtc", p => Text(p.CreatedAt), (p, v) => p with { CreatedAt = Time("$.ctime", v) }),
            new("$.ct", "contentType", p => p.ContentType, (p, v) => p with { ContentType = v }),
            new("$.ce", "contentEncoding", p => p.ContentEncoding, (p, v) => p with { ContentEncoding = v }),
            new("$.schema", "messageSchema", p => p.Schema, (p, v) => p with { Schema = v }),
            new("$.ifid", "interfaceId", p => p.InterfaceId, (p, v) => p with { InterfaceId = v }),
            new("$.sub", "componentName", p => p.Component, (p, v) => p with { Component = v }),
            new("$.cdid", "connectionDeviceId", p => p.ConnectionDeviceId, (p, v) => p with { ConnectionDeviceId = v }),
            new("$.cmid", "connectionModuleId", p => p.ConnectionModuleId, (p, v) => p with { ConnectionModuleId = v }),
            new("ack", "ack", p => p.Ack, (p, v) => p with { Ack = v }),
            new("iothub-ack", "requestedAck", p => p.RequestedAck, (p, v) => p with { RequestedAck = v }),
            new("iothub-operation", "operation", p => p.Operation, (p, v) => p with { Operation = v }),
        ];
        ByWireName = All.ToFrozenDictionary(property => property.WireName, StringComparer.Ordinal);
        ByQueryName = All.ToFrozenDictionary(property => property.QueryName, StringComparer.OrdinalIgnoreCase);
    }

    private SystemProperty(string wireName, string queryName, Func<MessageProperties, string?> get, Func<MessageProperties, string, MessageProperties> set)
    {
        WireName = wireName;
        QueryName = queryName;
        _get = get;
        _set = set;
    }

    /// <summary>Every system property, in the order in which they are written; the output first, as the SDKs do.</summary>
    public static IReadOnlyList<SystemProperty> All { get; }

    /// <summary>The name in a property bag, such as <c>$.mid</c>.</summary>
    public string WireName { get; }

    /// <summary>The name in a route's condition, without the leading <c>$</c>, such as <c>messageId</c>.</summary>
    public string QueryName { get; }

    /// <summary>Finds a property by its name in a bag.</summary>
    public static bool TryFindWire(string name, [NotNullWhen(true)] out SystemProperty? property) => ByWireName.TryGetValue(name, out property);

    /// <summary>Finds a property by its name in a condition, ignoring case.</summary>
    public static bool TryFindQuery(string name, [NotNullWhen(true)] out SystemProperty? property) => ByQueryName.TryGetValue(name, out property);

    /// <summary>The property's text; null if absent. Times are ISO 8601 in UTC.</summary>
    public string? Get(MessageProperties properties) => _get(properties);

    /// <summary>The properties with this one set.</summary>
    /// <exception cref="HubFormatException">The text is not a time where one is wanted.</exception>
    public MessageProperties Set(MessageProperties properties, string value) => _set(properties, value);

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString(Written, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string name, string value) =>
        DateTimeOffset.TryParseExact(value, Read, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new HubFormatException(name, $"The message's property {name} is '{value}', not a time such as 2026-01-31T12:00:00.0000000Z.");
}
