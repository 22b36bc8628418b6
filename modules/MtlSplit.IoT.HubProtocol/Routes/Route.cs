using System.Diagnostics.CodeAnalysis;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>
/// <c>[SELECT *] FROM source [WHERE condition] INTO sink</c>: which messages go where. Keywords in any case. Immutable and safe to share.
/// </summary>
public sealed record Route
{
    internal Route(string text, RouteSource source, RouteCondition condition, RouteSink sink)
    {
        Text = text;
        Source = source;
        Condition = condition;
        Sink = sink;
    }

    /// <summary>The route as it was written.</summary>
    public string Text { get; }

    /// <summary>Whose messages it takes.</summary>
    public RouteSource Source { get; }

    /// <summary>Which of them; <see cref="RouteCondition.Always"/> without a WHERE.</summary>
    public RouteCondition Condition { get; }

    /// <summary>Where they go.</summary>
    public RouteSink Sink { get; }

    /// <summary>Reads a route.</summary>
    /// <exception cref="RouteException">It is none; names the column.</exception>
    public static Route Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new RouteParser(text).Route();
    }

    /// <summary>Reads a route; the fault names the column.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Route? route, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            route = Parse(text ?? "");
            fault = null;
            return true;
        }
        catch (RouteException exception)
        {
            route = null;
            fault = exception.Message;
            return false;
        }
    }

    /// <summary>Whether the route takes a message.</summary>
    /// <param name="messageSource">Where it comes from, as <see cref="MessageSources"/> says.</param>
    /// <param name="scope">The message; one scope serves all routes, so that its body is read once.</param>
    public bool Takes(string messageSource, RouteScope scope) => Source.Matches(messageSource) && Condition.Evaluate(scope);

    /// <summary>Whether the route takes a message.</summary>
    public bool Takes(string messageSource, HubMessage message) => Takes(messageSource, new RouteScope(message));

    /// <summary>The route as it was written.</summary>
    public override string ToString() => Text;
}
