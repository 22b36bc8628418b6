using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>
/// A message as conditions see it. The body is read when a condition first asks for it, and only if the message says that it is JSON:
/// content type <c>application/json</c> and encoding utf-8, utf-16 or utf-32. Not safe for several threads at once.
/// </summary>
public sealed class RouteScope(HubMessage message)
{
    private JsonNode? _body;
    private bool _isRead;
    private bool _isJson;

    /// <summary>The message.</summary>
    public HubMessage Message { get; } = message;

    internal RouteValue Property(string name) => Message.TryGetProperty(name, out var value) ? RouteValue.Of(value) : RouteValue.Undefined;

    internal RouteValue System(string name) =>
        SystemProperty.TryFindQuery(name, out var property) && property.Get(Message.System) is { } value ? RouteValue.Of(value) : RouteValue.Undefined;

    /// <summary>A part of the body: member names (string) and places in arrays (int).</summary>
    internal RouteValue Body(IReadOnlyList<object> path)
    {
        if (!TryReadBody())
        {
            return RouteValue.Undefined;
        }

        var node = _body;
        foreach (var step in path)
        {
            switch (step, node)
            {
                case (string name, JsonObject members) when members.TryGetPropertyValue(name, out var member):
                    node = member;
                    break;
                case (int place, JsonArray items) when place < items.Count:
                    node = items[place];
                    break;
                default:
                    return RouteValue.Undefined;
            }
        }

        return node?.GetValueKind() switch
        {
            null or JsonValueKind.Null => RouteValue.Null,
            JsonValueKind.String => RouteValue.Of(HubJson.TextOf(node)),
            JsonValueKind.True => RouteValue.Of(true),
            JsonValueKind.False => RouteValue.Of(false),
            JsonValueKind.Number => node.AsValue().TryGetValue<double>(out var number) ? RouteValue.Of(number) : RouteValue.Undefined,
            _ => RouteValue.Undefined,
        };
    }

    private bool TryReadBody()
    {
        if (_isRead)
        {
            return _isJson;
        }

        _isRead = true;
        var encoding = Message.System.ContentEncoding?.ToUpperInvariant() switch
        {
            "UTF-8" => Encoding.UTF8,
            "UTF-16" => Encoding.Unicode,
            "UTF-32" => Encoding.UTF32,
            _ => null,
        };
        var type = Message.System.ContentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        if (encoding is null || !string.Equals((end < 0 ? type : type[..end]).Trim(), "application/json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var utf8 = encoding is UTF8Encoding ? Message.Body : Encoding.Convert(encoding, Encoding.UTF8, Message.Body.ToArray());
        _isJson = HubJson.TryParse(utf8.Span, out _body, out _);
        return _isJson;
    }
}
