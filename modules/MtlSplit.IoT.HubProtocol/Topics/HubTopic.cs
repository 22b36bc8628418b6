using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Topics;

/// <summary>A topic of the hub's MQTT dialect, taken apart; both directions. <see cref="HubTopics"/> puts them together.</summary>
public sealed record HubTopic
{
    private const string RidName = "$rid";
    private const string VersionName = "$version";

    private HubTopic(HubTopicKind kind) => Kind = kind;

    /// <summary>What is sent on it.</summary>
    public HubTopicKind Kind { get; }

    /// <summary>Whose topic it is, for telemetry and inputs; null for <c>$iothub</c> topics, which belong to whoever is connected.</summary>
    public HubIdentity? Identity { get; private init; }

    /// <summary>The properties of a message, decoded; empty for <c>$iothub</c> topics.</summary>
    public PropertyBag Properties { get; private init; } = PropertyBag.Empty;

    /// <summary>The request's id exactly as it stands in the topic, to be echoed as it is; null where the kind has none.</summary>
    public string? RequestId { get; private init; }

    /// <summary>The status of a response; null for other kinds.</summary>
    public int? Status { get; private init; }

    /// <summary>The version of a desired patch, or of the reported properties in a response that gives it.</summary>
    public long? Version { get; private init; }

    /// <summary>The method's or the input's name.</summary>
    public string? Name { get; private init; }

    /// <summary>
    /// Takes a topic apart. Telemetry may come with or without properties and with or without a slash at the end. A request without
    /// its id, a status that is no number and anything else that is not exactly a topic of the dialect is refused. Never throws.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? topic, [NotNullWhen(true)] out HubTopic? parsed)
    {
        parsed = topic is null ? null
            : topic.StartsWith("devices/", StringComparison.Ordinal) ? OfMessage(topic)
            : topic.StartsWith(HubTopics.GetPrefix, StringComparison.Ordinal) ? OfRequest(HubTopicKind.TwinGet, topic.AsSpan(HubTopics.GetPrefix.Length))
            : topic.StartsWith(HubTopics.ReportedPrefix, StringComparison.Ordinal) ? OfRequest(HubTopicKind.TwinPatchReported, topic.AsSpan(HubTopics.ReportedPrefix.Length))
            : topic.StartsWith(HubTopics.DesiredPrefix, StringComparison.Ordinal) ? OfDesired(topic.AsSpan(HubTopics.DesiredPrefix.Length))
            : topic.StartsWith(HubTopics.ResponsePrefix, StringComparison.Ordinal) ? OfResponse(HubTopicKind.TwinResponse, topic.AsSpan(HubTopics.ResponsePrefix.Length))
            : topic.StartsWith(HubTopics.ResultPrefix, StringComparison.Ordinal) ? OfResponse(HubTopicKind.MethodResponse, topic.AsSpan(HubTopics.ResultPrefix.Length))
            : topic.StartsWith(HubTopics.CallPrefix, StringComparison.Ordinal) ? OfCall(topic.AsSpan(HubTopics.CallPrefix.Length))
            : null;
        return parsed is not null;
    }

    private static HubTopic? OfMessage(string topic)
    {
        // At most: devices, d, modules, m, inputs|messages, i|events, rest.
        Span<Range> levels = stackalloc Range[7];
        var text = topic.AsSpan();
        var count = text.Split(levels, '/');
        if (count >= 5 && text[levels[2]] is "modules")
        {
            if (!HubIdentity.TryCreate(text[levels[1]].ToString(), text[levels[3]].ToString(), out var module) || count < 6)
            {
                return null;
            }

            var rest = count == 7 ? text[levels[6]] : [];
            var last = text[levels[5]];
            return text[levels[4]] switch
            {
                "messages" when last is "events" => WithBag(new(HubTopicKind.Telemetry) { Identity = module }, rest),
                "inputs" when HubTopics.IsLevel(last.ToString()) => WithBag(new(HubTopicKind.Input) { Identity = module, Name = last.ToString() }, rest),
                _ => null,
            };
        }

        // The bag of a device's message begins two levels earlier and may itself hold slashes.
        if (count < 4 || text[levels[2]] is not "messages" || text[levels[3]] is not "events" || !HubIdentity.TryCreate(text[levels[1]].ToString(), null, out var device))
        {
            return null;
        }

        return WithBag(new(HubTopicKind.Telemetry) { Identity = device }, count > 4 ? text[levels[4].Start..] : []);
    }

    private static HubTopic? WithBag(HubTopic topic, ReadOnlySpan<char> text)
    {
        text = text.EndsWith("/") ? text[..^1] : text;
        text = text.StartsWith("?") ? text[1..] : text;
        return PropertyBag.TryParse(text, out var bag) ? topic with { Properties = bag } : null;
    }

    private static HubTopic? OfRequest(HubTopicKind kind, ReadOnlySpan<char> query) =>
        Field(query, RidName) is { Length: > 0 } rid ? new(kind) { RequestId = rid } : null;

    private static HubTopic? OfDesired(ReadOnlySpan<char> query) =>
        long.TryParse(Field(query, VersionName), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(HubTopicKind.DesiredPatch) { Version = version }
            : null;

    private static HubTopic? OfResponse(HubTopicKind kind, ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        if (slash < 0
            || !int.TryParse(rest[..slash], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var status)
            || Field(rest[(slash + 1)..], RidName) is not { Length: > 0 } rid)
        {
            return null;
        }

        long? version = null;
        if (kind == HubTopicKind.TwinResponse && Field(rest[(slash + 1)..], VersionName) is { } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            version = number;
        }

        return new(kind) { Status = status, RequestId = rid, Version = version };
    }

    private static HubTopic? OfCall(ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        return slash > 0 && Field(rest[(slash + 1)..], RidName) is { Length: > 0 } rid
            ? new(HubTopicKind.MethodRequest) { Name = rest[..slash].ToString(), RequestId = rid }
            : null;
    }

    // The value stays as it is: an id that is decoded and encoded again may not be what the client waits for.
    private static string? Field(ReadOnlySpan<char> query, string name)
    {
        if (!query.StartsWith("?"))
        {
            return null;
        }

        query = query[1..];
        foreach (var range in query.Split('&'))
        {
            var field = query[range];
            var equals = field.IndexOf('=');
            if (equals > 0 && Uri.UnescapeDataString(field[..equals]) == name)
            {
                return field[(equals + 1)..].ToString();
            }
        }

        return null;
    }
}
